"""A JWT access token: whether it is believed (RFC 9068, 4; RFC 8725).

Claims are checked before the signature: it costs nothing, refuses the same tokens, and a foreign
or expired token then never makes anybody fetch keys.
"""

from collections.abc import Mapping
from typing import Final, final

import msgspec

from gatepost.oidc.compact import TOKEN_LIMIT, Unverified, parse
from gatepost.oidc.jose import Key
from gatepost.oidc.key_set import KeySet
from gatepost.oidc.key_set import verify as verify_signature
from gatepost.oidc.registered_claims import Expected, check_claims, fault
from gatepost.values import Clock

_OTHER_KINDS: Final = frozenset(
    {"dpop+jwt", "logout+jwt", "oauth-authz-req+jwt", "secevent+jwt", "token-introspection+jwt"}
)


@final
class Verified(msgspec.Struct, frozen=True):
    """A token that is believed.

    key: the one that signed it; None where checking the signature was turned off. until: the
    instant at which it ends, leeway included, or None when it does not end.
    """

    claims: Mapping[str, object]
    header: Mapping[str, object]
    key: Key | None
    until: float | None

    def __repr__(self) -> str:
        return f"Verified(key={self.key!r}, until={self.until!r})"

    @property
    def bound(self) -> bool:
        """Whether it names a key or certificate that its bearer must prove (RFC 7800)."""
        return "cnf" in self.claims


def verify(
    token: str | Unverified,
    keys: KeySet,
    expected: Expected,
    clock: Clock,
    *,
    limit: int = TOKEN_LIMIT,
) -> Verified:
    """Decide whether a JWT access token is believed.

    A token without ``exp`` is believed unless ``strict``. Raises Fault(by=CLIENT), code
    ``token.…``; among them UnknownKey, upon which a caller may fetch the keys again.
    """
    parts = parse(token, limit=limit) if isinstance(token, str) else token
    if parts.typ in _OTHER_KINDS:
        raise fault("token.kind", "This is not an access token.", "typ says so")
    if expected.strict and parts.typ != "at+jwt":
        raise fault("token.kind", "This is not an access token.", "typ is not at+jwt")
    until = check_claims(parts.payload, expected, clock)
    key = None
    if expected.verify_signature:
        key = verify_signature(parts, keys, algorithms=expected.algorithms, secret=expected.secret)
    return Verified(parts.payload, parts.header, key, until)
