"""Certificates in words: read to be shown, never to be trusted."""

from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from gatepost.console.parts.moments import duration

SOON = 30 * 86400.0
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Shown:
    """One certificate. names: hosts that it is for. begins, ends: seconds since 1970.

    problem: why nothing is known of it; the rest is empty then.
    """

    subject: str = ""
    issuer: str = ""
    names: tuple[str, ...] = ()
    begins: float = 0.0
    ends: float = 0.0
    serial: str = ""
    fingerprint: str = ""
    key: str = ""
    problem: str = ""


def described(pem: str) -> list[Shown]:
    """Return the certificates of a PEM text, leaf first; one with a problem for what is none."""
    if pem.startswith("{vault://"):
        return [Shown(problem="It stands in a vault: each node reads it there.")]
    try:
        chain = x509.load_pem_x509_certificates(pem.encode())
        return [_shown(one) for one in chain]
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.DuplicateExtension):
        return [Shown(problem="This cannot be read as certificates.")]


def ends(one: Shown, now: float) -> tuple[str, str]:
    """Return when a certificate ends, in words, and a tone for them."""
    if one.problem:
        return "unknown", "quiet"
    left = one.ends - now
    if left <= 0:
        return f"ended {duration(-left)} ago", "bad"
    return f"in {duration(left)}", "warn" if left < SOON else "plain"


def _shown(one: x509.Certificate) -> Shown:
    return Shown(
        subject=_name(one.subject) or "(no subject)",
        issuer="itself" if one.issuer == one.subject else _name(one.issuer),
        names=_names(one),
        begins=one.not_valid_before_utc.timestamp(),
        ends=one.not_valid_after_utc.timestamp(),
        serial=f"{one.serial_number:x}",
        fingerprint=one.fingerprint(hashes.SHA256()).hex(":"),
        key=_key(one),
    )


def _name(name: x509.Name) -> str:
    """Return the common name where there is nothing else, else all of it."""
    parts = list(name)
    alone = len(parts) == 1 and parts[0].oid == NameOID.COMMON_NAME
    return str(parts[0].value if alone else name.rfc4514_string())[:_LONGEST]


def _names(one: x509.Certificate) -> tuple[str, ...]:
    try:
        found = one.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return ()
    hosts = found.get_values_for_type(x509.DNSName)
    addresses = found.get_values_for_type(x509.IPAddress)
    return tuple(str(name)[:_LONGEST] for name in (*hosts, *addresses))[:100]


def _key(one: x509.Certificate) -> str:
    try:
        key = one.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return "of a kind that is not known here"
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA, {key.key_size} bits"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"EC, {key.curve.name}"
    return type(key).__name__.removesuffix("PublicKey").lstrip("_")
