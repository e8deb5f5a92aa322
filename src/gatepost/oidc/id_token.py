"""An id token: whether a login happened, whose it was, and that it is the one we began.

OpenID Connect Core 1.0, 2, 3.1.3.7 and 12.2. Claims are checked before the signature, as for
access tokens: a token that no key can save never makes anybody fetch keys.
"""

from collections.abc import Mapping

from gatepost.oidc import claim_types
from gatepost.oidc.access_token import Verified
from gatepost.oidc.claim_types import WrongType
from gatepost.oidc.compact import Unverified, parse
from gatepost.oidc.id_token_claims import ExpectedIdToken, check, same_text
from gatepost.oidc.key_set import KeySet
from gatepost.oidc.key_set import verify as verify_signature
from gatepost.oidc.registered_claims import fault
from gatepost.oidc.token_answer import TOKEN_LIMIT
from gatepost.values import Clock, Fault

__all__ = ["ExpectedIdToken", "same_login", "verify"]


def verify(
    token: str | Unverified,
    keys: KeySet,
    expected: ExpectedIdToken,
    clock: Clock,
    *,
    limit: int = TOKEN_LIMIT,
) -> Verified:
    """Decide whether an id token is believed; ``until`` is its end, or that of ``max_age``.

    Raises Fault(by=CLIENT), never a failure of the provider: what came through a browser may be
    anybody's. Codes ``id_token.…``; ``token.malformed``, ``token.algorithm``,
    ``token.signature``; UnknownKey, upon which a caller may fetch the keys again.
    """
    parts = parse(token, limit=limit) if isinstance(token, str) else token
    until = check(parts, expected, clock)
    key = None
    if expected.verify_signature:
        key = verify_signature(parts, keys, algorithms=expected.algorithms, secret=expected.secret)
    return Verified(parts.payload, parts.header, key, until)


def same_login(
    before: Mapping[str, object], after: Mapping[str, object], *, nonce: str | None = None
) -> None:
    """Check that a refreshed id token is of the login that the first one was of (12.2).

    before, after: the claims of two tokens that are each believed. nonce: of the login, where
    ``before`` does not hold it. Raises Fault(by=CLIENT), code ``id_token.other_login``, upon
    which the session ends.
    """
    for name in ("iss", "sub"):
        if not isinstance(after.get(name), str) or after[name] != before.get(name):
            raise _other(name)
    try:
        old, new = claim_types.audience(before), claim_types.audience(after)
    except WrongType:
        raise _other("aud") from None
    if not old or not set(old) <= set(new or ()):
        raise _other("aud")
    if "auth_time" in before and after.get("auth_time", before["auth_time"]) != before["auth_time"]:
        raise _other("auth_time")
    if "azp" in after and after["azp"] != before.get("azp"):
        raise _other("azp")
    known = before.get("nonce") if nonce is None else nonce
    if "nonce" in after and not same_text(after["nonce"], known):
        raise _other("nonce")


def _other(name: str) -> Fault:
    return fault(
        "id_token.other_login",
        "The refreshed id token is of another login.",
        f"{name} is not what it was",
    )
