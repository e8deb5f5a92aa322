"""A logout token: the provider says, without a browser, that somebody logged out.

OpenID Connect Back-Channel Logout 1.0, 2.4 to 2.6. Anybody can post one, so it must prove as much
as an id token, and in addition that it is nothing else: a stolen id token must not log out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, final

from gatepost.oidc import claim_types
from gatepost.oidc.claim_types import LOGOUT_EVENT, Expired, NotYetValid, WrongType
from gatepost.oidc.compact import TOKEN_LIMIT, Unverified, parse
from gatepost.oidc.jose import ASYMMETRIC
from gatepost.oidc.key_set import KeySet
from gatepost.oidc.key_set import verify as verify_signature
from gatepost.oidc.registered_claims import fault
from gatepost.values import Clock, Secret

TYPE: Final = "logout+jwt"
"""What ``typ`` says where it says something (2.4)."""


@final
@dataclass(frozen=True, slots=True)
class ExpectedLogoutToken:
    """What a logout token must be like.

    client_ids: one of them must be in ``aud``. algorithms, secret: as in ``key_set.verify``.
    leeway, age: seconds; age is how long after ``iat`` one is accepted. session_required: it
    must name a session (``backchannel_logout_session_required``). strict: it must say by its
    type that it is one.
    """

    issuer: str
    client_ids: tuple[str, ...]
    algorithms: frozenset[str] = ASYMMETRIC
    secret: Secret | None = field(default=None, repr=False)
    leeway: float = 0.0
    session_required: bool = False
    strict: bool = False
    age: float = 600.0


@final
@dataclass(frozen=True, slots=True)
class LogoutToken:
    """Who logged out, and of what.

    subject, session: one of them is not None. expires: the instant from which the token is
    refused anyway; until then its ``jti`` must be remembered and refused (2.6, rule 7).
    client_id: for which of our clients it is.
    """

    issuer: str
    subject: str | None
    session: str | None
    jti: str
    issued_at: float
    expires: float
    client_id: str


def verify(
    token: str | Unverified, keys: KeySet, expected: ExpectedLogoutToken, clock: Clock
) -> LogoutToken:
    """Decide whether a logout token is believed (2.6); whether it came before is the caller's.

    Raises Fault(by=CLIENT), codes ``logout_token.…``; ``token.malformed``, ``token.algorithm``,
    ``token.signature``; UnknownKey, upon which a caller may fetch the keys again.
    """
    parts = parse(token, limit=TOKEN_LIMIT) if isinstance(token, str) else token
    try:
        believed = _checked(parts, expected, clock)
    except Expired as reason:
        raise fault("logout_token.expired", "The logout token has expired.", str(reason)) from None
    except NotYetValid as reason:
        raise fault(
            "logout_token.not_yet_valid", "The logout token is not valid yet.", str(reason)
        ) from None
    except WrongType as reason:
        raise fault("logout_token.claim", f"The logout token's {reason}.") from None
    verify_signature(parts, keys, algorithms=expected.algorithms, secret=expected.secret)
    return believed


def _checked(parts: Unverified, expected: ExpectedLogoutToken, clock: Clock) -> LogoutToken:
    claims = parts.payload
    _check_kind(parts, strict=expected.strict)
    if claims.get("iss") != expected.issuer:
        raise fault(
            "logout_token.issuer",
            "The logout token was not issued by the provider of these sessions.",
            f"iss is {ascii(claims.get('iss'))[:200]}, accepted: {expected.issuer[:200]}",
        )
    try:
        audience = claim_types.audience(claims) or ()
    except WrongType as reason:
        raise fault("logout_token.audience", f"The logout token's {reason}.") from None
    client_id = next((name for name in expected.client_ids if name in audience), None)
    if client_id is None:
        raise fault("logout_token.audience", "The logout token is for another client.")
    end = claim_types.until(claims, expected.leeway, clock)
    issued = claim_types.instant(claims, "iat")
    jti = claim_types.text(claims, "jti")
    if end is None or issued is None or jti is None:
        missing = [name for name in ("exp", "iat", "jti") if name not in claims]
        raise fault("logout_token.claim", f"The logout token holds no {', '.join(missing)}.")
    latest = issued + expected.age + expected.leeway
    if clock.past(latest):
        raise fault("logout_token.too_old", "The logout token was issued too long ago.")
    subject, session = claim_types.text(claims, "sub"), claim_types.text(claims, "sid")
    if session is None and (subject is None or expected.session_required):
        raise fault("logout_token.nobody", "The logout token does not say who logged out.")
    return LogoutToken(expected.issuer, subject, session, jti, issued, min(end, latest), client_id)


def _check_kind(parts: Unverified, *, strict: bool) -> None:
    """Check that it is a logout token and nothing else (2.4 and 2.6, rules 5 and 6)."""
    accepted = (TYPE,) if strict else (TYPE, "jwt", None)
    if parts.typ not in accepted:
        raise fault("logout_token.kind", "This is not a logout token.", "typ says so")
    events: object = parts.payload.get("events")
    if not isinstance(events, Mapping) or not isinstance(events.get(LOGOUT_EVENT), Mapping):
        raise fault("logout_token.event", "The token does not say that somebody logged out.")
    if "nonce" in parts.payload:  # an id token has one, so that neither passes for the other
        raise fault("logout_token.nonce", "A logout token must not hold a nonce.")
