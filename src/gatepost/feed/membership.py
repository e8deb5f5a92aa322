"""Who a node is, as its certificate says it: which node, of which plane."""

import re
from dataclasses import dataclass
from typing import Self

from cryptography import x509
from cryptography.x509.oid import NameOID

_IDENT = r"[0-9A-Za-z][0-9A-Za-z_.-]{0,127}"
_URN = re.compile(rf"urn:gatepost:plane:({_IDENT}):node:({_IDENT})")


@dataclass(frozen=True, slots=True)
class Member:
    """A node of a plane, by their ids."""

    plane: str
    node: str

    @property
    def urn(self) -> str:
        """The name that stands in the certificate."""
        return f"urn:gatepost:plane:{self.plane}:node:{self.node}"


@dataclass(frozen=True, slots=True)
class Passport:
    """What a node's certificate says. begins, expires: wall seconds. serial: hexadecimal."""

    member: Member
    begins: float
    expires: float
    serial: str

    @classmethod
    def read(cls, certificate: x509.Certificate) -> Self | None:
        """Return what it says, None for a certificate that is no node's."""
        try:
            names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
            common = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        except (x509.ExtensionNotFound, ValueError):
            return None
        found = names.value.get_values_for_type(x509.UniformResourceIdentifier)
        match = _URN.fullmatch(found[0]) if len(found) == 1 else None
        if match is None or [one.value for one in common] != [match[2]]:
            return None
        return cls(
            Member(match[1], match[2]),
            certificate.not_valid_before_utc.timestamp(),
            certificate.not_valid_after_utc.timestamp(),
            f"{certificate.serial_number:x}",
        )

    @classmethod
    def of_pem(cls, pem: bytes) -> Self | None:
        """Return what the first certificate of a PEM file says; None where there is none."""
        try:
            return cls.read(x509.load_pem_x509_certificate(pem))
        except ValueError:
            return None

    @classmethod
    def of_der(cls, der: bytes | None) -> Self | None:
        """Return what a peer's certificate says; None where it showed none."""
        try:
            return cls.read(x509.load_der_x509_certificate(der)) if der else None
        except ValueError:
            return None


def is_ident(text: str) -> bool:
    """Return whether a text can be the id of a node or of a plane."""
    return re.fullmatch(_IDENT, text) is not None
