"""TLS on both sides: what an upstream is trusted by, and what the listeners show.

Trust is rendered into nginx.conf with files beside it, because nginx verifies by static settings;
listeners' certificates are tables, so that a new one needs no reload.
"""

import datetime
import hashlib
import ipaddress
import json
from collections.abc import Callable
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from gatepost.model import Service, Snapshot
from gatepost.model.reference import is_reference
from gatepost.values import By, Fault

Reveal = Callable[[str], str]
"""Turns the text of a vault reference into the secret; plain text comes back as it is."""

_DEFAULT_DEPTH = 1


@dataclass(frozen=True, slots=True, order=True)
class Trust:
    """How an upstream's certificate is judged, and what we show it.

    authorities, certificate: digests that name files (see ``trust_of``); empty means the system's
    authorities, and no client certificate. depth counts only while verifying.
    """

    verify: bool = False
    depth: int = 0
    authorities: str = ""
    certificate: str = ""

    @property
    def name(self) -> str:
        """A short name for locations; the same trust has the same name anywhere."""
        if self == Trust():
            return "any"
        text = f"{self.verify} {self.depth} {self.authorities} {self.certificate}"
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def plain(text: str) -> str:
    """Reveal nothing: the Reveal for configurations without vault references."""
    if is_reference(text):
        raise Fault(
            "engine.unresolved", "A vault reference was not resolved.", by=By.OURS, cause=text
        )
    return text


def trust_of(
    snapshot: Snapshot, service: Service, reveal: Reveal
) -> tuple[Trust, dict[str, bytes]]:
    """Return a service's trust and the files it needs, by name.

    Kong's default: ``tls_verify`` null means that certificates are not verified.
    """
    files: dict[str, bytes] = {}
    shown = snapshot.certificate(service.client_certificate)
    certificate = ""
    if shown is not None:
        pair = (_ended(reveal(shown.cert)).encode(), _ended(reveal(shown.key)).encode())
        certificate = _digest(*pair)
        files[f"client-{certificate}.crt"], files[f"client-{certificate}.key"] = pair
    if not service.tls_verify:
        return Trust(certificate=certificate), files
    authorities = ""
    if service.ca_certificates:
        wanted = set(service.ca_certificates)
        bundle = "".join(
            sorted(_ended(found.cert) for found in snapshot.ca_certificates if found.id in wanted)
        ).encode()
        authorities = _digest(bundle)
        files[f"ca-{authorities}.pem"] = bundle
    depth = _DEFAULT_DEPTH if service.tls_verify_depth is None else service.tls_verify_depth
    return Trust(True, depth, authorities, certificate), files


def shown_certificates(
    snapshot: Snapshot, reveal: Reveal
) -> tuple[dict[str, str], dict[str, bytes]]:
    """Return the listeners' names (SNI to table key; ``*`` is the default), and the tables."""
    keys: dict[str, str] = {}
    tables: dict[str, bytes] = {}
    for certificate in snapshot.certificates:
        pairs = [[reveal(certificate.cert), reveal(certificate.key)]]
        if certificate.cert_alt is not None and certificate.key_alt is not None:
            pairs.append([reveal(certificate.cert_alt), reveal(certificate.key_alt)])
        body = json.dumps(pairs, separators=(",", ":")).encode()
        keys[certificate.id] = f"c:{_digest(body)}"
        tables[keys[certificate.id]] = body
    names = {sni.name: keys[sni.certificate] for sni in snapshot.snis if sni.certificate in keys}
    used = set(names.values())
    return names, {key: body for key, body in tables.items() if key in used}


def self_signed(now: datetime.datetime) -> tuple[bytes, bytes]:
    """Return a certificate and key (PEM) for listeners that have none: localhost, ten years."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    loopback = [ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1")]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=3650))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName("localhost"), *(x509.IPAddress(one) for one in loopback)]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return (
        certificate.public_bytes(Encoding.PEM),
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    )


def _ended(pem: str) -> str:
    return pem if pem.endswith("\n") else pem + "\n"


def _digest(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:32]
