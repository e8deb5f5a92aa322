"""A certificate authority that is trusted for upstreams or for clients."""

from collections.abc import Iterable
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from gatepost.model.certificate import read_chain
from gatepost.model.entity import Entity, rule
from gatepost.model.text import Text
from gatepost.model.violation import Violation


class CACertificate(Entity):
    """Kong's ca_certificate: exactly one PEM certificate that may sign others.

    cert_digest: SHA-256 of the DER form, 64 hexadecimal digits; worked out when absent.
    Expiry is not judged here, because this floor has no clock and a node must be able to restart
    with the configuration it had.
    """

    cert: Text
    cert_digest: Text = ""

    @classmethod
    def prepared(cls, data: dict[str, Any]) -> tuple[dict[str, Any], list[Violation]]:
        """Fill in the digest."""
        cert = data.get("cert")
        if "cert_digest" not in data and isinstance(cert, str):
            try:
                data = data | {"cert_digest": _digest(cert)}
            except ValueError:
                data = data | {"cert_digest": "unknown"}  # the rule below says why
        return data, []

    @rule("cert")
    def _one_authority(self) -> Iterable[Violation]:
        try:
            chain = read_chain(self.cert)
        except ValueError as error:
            yield Violation(("cert",), str(error))
            return
        if len(chain) != 1:
            yield Violation(("cert",), "please submit only one certificate at a time")
            return
        try:
            constraints = chain[0].extensions.get_extension_for_class(x509.BasicConstraints)
            authority = constraints.value.ca
        except (x509.ExtensionNotFound, ValueError):
            authority = False
        if not authority:
            yield Violation(
                ("cert",),
                'certificate does not appear to be a CA because it is missing the "CA" basic '
                "constraint",
            )

    @rule("cert", "cert_digest")
    def _digest_matches(self) -> Iterable[Violation]:
        try:
            expected = _digest(self.cert)
        except ValueError:
            return  # told by the rule above
        if self.cert_digest.lower() != expected:
            yield Violation(("cert_digest",), "does not match the certificate; leave it out")


def _digest(pem: str) -> str:
    return read_chain(pem)[0].fingerprint(SHA256()).hex()
