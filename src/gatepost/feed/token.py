"""The enrolment token: what an operator carries from the control plane to a new node.

``gpn_`` and base64url of JSON: where the control plane is (one address, or several with commas
between them), which authority it must prove to be (SHA-256 of the certificate), which token this
is, and its secret. It admits one node, once.
"""

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

from gatepost.values import Address, By, Fault, Secret

_PREFIX = "gpn_"
_LARGEST = 4096


@dataclass(frozen=True, slots=True)
class Token:
    """addresses: of cluster listeners, one or more. fingerprint: of the authority. ident: of the
    token.
    """

    addresses: tuple[Address, ...]
    fingerprint: str
    ident: str
    secret: Secret = field(repr=False)

    @classmethod
    def make(cls, addresses: Sequence[Address], fingerprint: str, ident: str) -> Self:
        """Make a token with a secret of its own (32 random bytes)."""
        return cls(tuple(addresses), fingerprint, ident, Secret(secrets.token_urlsafe(32)))

    @property
    def digest(self) -> str:
        """What the control plane keeps: SHA-256 of the secret, 64 hexadecimal digits."""
        return digest_of(self.secret.reveal())

    def encode(self) -> str:
        """Return the text that an operator carries. It is a secret."""
        said = {
            "a": ",".join(map(str, self.addresses)),
            "f": self.fingerprint,
            "i": self.ident,
            "s": self.secret.reveal(),
        }
        text = json.dumps(said, separators=(",", ":"), sort_keys=True)
        return _PREFIX + base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> Self:
        """Read it. Raises Fault (operator) ``enrolment.malformed``."""
        text = text.strip()
        if not text.startswith(_PREFIX) or len(text) > _LARGEST:
            raise _malformed()
        body = text.removeprefix(_PREFIX)
        try:
            if not re.fullmatch(r"[A-Za-z0-9_-]+", body):
                raise ValueError("letters that are none of base64url")
            said = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
            address, pin, ident, secret = (said[name] for name in "afis")
            if not all(isinstance(one, str) and one for one in (address, pin, ident, secret)):
                raise ValueError("not texts")
            if not re.fullmatch(r"[0-9a-f]{64}", pin):
                raise ValueError("not a fingerprint")
            addresses = Address.parse_all(address, default_port=8005)
            return cls(addresses, pin, ident, Secret(secret))
        except (ValueError, KeyError, TypeError, RecursionError, Fault):
            raise _malformed() from None


def digest_of(secret: str) -> str:
    """Return SHA-256 of a token's secret, 64 hexadecimal digits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _malformed() -> Fault:
    return Fault(
        "enrolment.malformed",
        "The enrolment token is not one, or not whole. Copy all of it: it begins with gpn_.",
        by=By.OPERATOR,
    )
