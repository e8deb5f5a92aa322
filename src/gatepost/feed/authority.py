"""The authority of a cluster: the one that its nodes pin, and that signs every certificate in it.

Keys are EC P-256. The authority lives for ten years; what it signs for a node is good for calling
the control plane and nothing else, so that no node can pose as the control plane.
"""

import datetime
import hashlib
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from gatepost.feed.membership import Member
from gatepost.values import By, Fault

SERVER_NAME = "control-plane.gatepost.internal"
"""The one name that a control plane has among its nodes, wherever it listens."""
DAY = 86400.0
_YEARS = 3650 * DAY
_SERVER = 365 * DAY
_BEFORE = 3600.0
"""Seconds before now from which a certificate is good, or less for one of a short life: clocks
differ."""


@dataclass(frozen=True, slots=True)
class Authority:
    """certificate and key: PEM. Whoever has the key can make nodes and control planes."""

    certificate: bytes
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate of a node. pem: alone. serial: hexadecimal. expires: wall seconds."""

    pem: bytes
    serial: str
    expires: float


def make_authority(*, now: float) -> Authority:
    """Make a new authority."""
    key = new_key()
    name = _name("Gatepost cluster authority")
    certificate = (
        _builder(name, name, key.public_key(), now, _YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Authority(certificate.public_bytes(serialization.Encoding.PEM), key_pem(key))


def fingerprint(pem: bytes) -> str:
    """Return SHA-256 of a certificate, 64 hexadecimal digits. Raises ValueError for none."""
    return x509.load_pem_x509_certificate(pem).fingerprint(hashes.SHA256()).hex()


def issue_server(authority: Authority, *, now: float) -> bytes:
    """Return key and certificate (PEM) of a control plane, made for one process."""
    key = new_key()
    names = x509.SubjectAlternativeName([x509.DNSName(SERVER_NAME)])
    pem = _signed(authority, key.public_key(), SERVER_NAME, names, now, _SERVER, server=True)
    return key_pem(key) + pem.public_bytes(serialization.Encoding.PEM)


def issue_node(
    authority: Authority, csr: bytes, member: Member, *, now: float, life: float
) -> Issued:
    """Sign what a node asks for. Nothing of the request but its key is taken.

    life: seconds. Raises Fault(by=CLIENT) ``enrolment.bad_request``.
    """
    key = requested_key(csr)
    names = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(member.urn)])
    made = _signed(authority, key, member.node, names, now, life, server=False)
    return Issued(
        made.public_bytes(serialization.Encoding.PEM),
        f"{made.serial_number:x}",
        made.not_valid_after_utc.timestamp(),
    )


def requested_key(csr: bytes) -> ec.EllipticCurvePublicKey:
    """Return the key of a certificate request (PEM) that its sender really has.

    Raises Fault(by=CLIENT) ``enrolment.bad_request``.
    """
    try:
        request = x509.load_pem_x509_csr(csr)
        key = request.public_key()
        good = request.is_signature_valid
    except (ValueError, InvalidSignature, TypeError):
        good, key = False, None
    if not good or not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
        raise Fault(
            "enrolment.bad_request",
            "The certificate request is none, or not of a key on P-256.",
            by=By.CLIENT,
        )
    return key


def key_fingerprint(key: ec.EllipticCurvePublicKey) -> str:
    """Return SHA-256 of a public key, 64 hexadecimal digits."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return hashlib.sha256(key.public_bytes(serialization.Encoding.DER, form)).hexdigest()


def new_key() -> ec.EllipticCurvePrivateKey:
    """Make a key."""
    return ec.generate_private_key(ec.SECP256R1())


def key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return a key as PEM, not encrypted."""
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


def request_for(key: bytes) -> bytes:
    """Return a certificate request (PEM) for this key (PEM). Raises ValueError."""
    loaded = serialization.load_pem_private_key(key, None)
    if not isinstance(loaded, ec.EllipticCurvePrivateKey):
        raise ValueError("not a key on a curve")
    builder = x509.CertificateSigningRequestBuilder().subject_name(_name("node"))
    return builder.sign(loaded, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _signed(
    authority: Authority,
    key: ec.EllipticCurvePublicKey,
    name: str,
    names: x509.SubjectAlternativeName,
    now: float,
    life: float,
    *,
    server: bool,
) -> x509.Certificate:
    signer = serialization.load_pem_private_key(authority.key, None)
    issuer = x509.load_pem_x509_certificate(authority.certificate)
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise TypeError("an authority's key is on a curve")
    purpose = ExtendedKeyUsageOID.SERVER_AUTH if server else ExtendedKeyUsageOID.CLIENT_AUTH
    return (
        _builder(_name(name), issuer.subject, key, now, life)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(names, critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
        .sign(signer, hashes.SHA256())
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: float, life: float
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(_moment(now - min(_BEFORE, life / 10)))
        .not_valid_after(_moment(now + life))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _moment(seconds: float) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)
