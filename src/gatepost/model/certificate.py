"""A certificate and its private key, for listeners and for calls to upstreams."""

from collections.abc import Iterable
from typing import Annotated

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from pydantic import Field

from gatepost.model.entity import Entity, rule
from gatepost.model.reference import is_reference
from gatepost.model.text import Text
from gatepost.model.violation import Violation


def read_chain(pem: str) -> list[x509.Certificate]:
    """Return the certificates of a PEM text, leaf first; ValueError says what is wrong."""
    try:
        return x509.load_pem_x509_certificates(pem.encode())
    except ValueError:
        raise ValueError("invalid certificate; expected PEM text") from None


def read_key(pem: str) -> PrivateKeyTypes:
    """Return the private key of a PEM text; ValueError, which never repeats the text."""
    try:
        return load_pem_private_key(pem.encode(), password=None)
    except TypeError:
        raise ValueError("invalid key; it must not be encrypted") from None
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError("invalid key; expected a private key as PEM text") from None


def check_pair(cert: str, key: str) -> None:
    """Refuse with ValueError a certificate and a key that do not belong together (both PEM)."""
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    theirs = read_chain(cert)[0].public_key().public_bytes(*form)
    if read_key(key).public_key().public_bytes(*form) != theirs:
        raise ValueError("certificate does not match key")


class Certificate(Entity):
    """Kong's certificate: PEM texts or vault references, which are checked once resolved."""

    cert: Text
    key: Annotated[Text, Field(repr=False)]
    cert_alt: Text | None = None
    key_alt: Annotated[Text | None, Field(repr=False)] = None

    @rule("cert", "key")
    def _pair(self) -> Iterable[Violation]:
        yield from _mistakes("cert", self.cert, "key", self.key)

    @rule("cert_alt", "key_alt")
    def _alternative_pair(self) -> Iterable[Violation]:
        if self.cert_alt is not None and self.key_alt is not None:
            yield from _mistakes("cert_alt", self.cert_alt, "key_alt", self.key_alt)
        elif self.cert_alt is not None or self.key_alt is not None:
            missing = "key_alt" if self.key_alt is None else "cert_alt"
            yield Violation((missing,), "cert_alt and key_alt must be set together")

    @rule("cert", "cert_alt")
    def _different_types(self) -> Iterable[Violation]:
        if self.cert_alt is None or is_reference(self.cert) or is_reference(self.cert_alt):
            return
        try:
            kinds = [type(read_chain(pem)[0].public_key()) for pem in (self.cert, self.cert_alt)]
        except (ValueError, UnsupportedAlgorithm):
            return  # told by the rules above
        if kinds[0] is kinds[1]:
            yield Violation(("cert_alt",), "must be of another key type than cert (RSA and EC)")


def _mistakes(cert_name: str, cert: str, key_name: str, key: str) -> Iterable[Violation]:
    found = False
    for name, text, read in ((cert_name, cert, read_chain), (key_name, key, read_key)):
        if is_reference(text):
            continue
        try:
            read(text)
        except ValueError as error:
            found = True
            yield Violation((name,), str(error))
    if found or is_reference(cert) or is_reference(key):
        return
    try:
        check_pair(cert, key)
    except (ValueError, UnsupportedAlgorithm) as error:
        yield Violation((key_name,), str(error))
