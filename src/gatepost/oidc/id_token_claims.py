"""The claims of an id token, checked one rule after another (OpenID Connect Core 1.0, 3.1.3.7)."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, final

from gatepost.oidc import claim_types, half_hash
from gatepost.oidc.claim_types import LOGOUT_EVENT, Expired, NotYetValid, WrongType
from gatepost.oidc.compact import Unverified
from gatepost.oidc.jose import ASYMMETRIC
from gatepost.oidc.registered_claims import fault
from gatepost.values import Clock, Secret

# What providers write into the payload of their other tokens.
_OTHER_USES: Final = {
    "token_use": frozenset({"access", "refresh"}),
    "typ": frozenset({"bearer", "dpop", "logout", "offline", "refresh"}),
}


@final
@dataclass(frozen=True, slots=True)
class ExpectedIdToken:
    """What an id token must be like.

    issuer: exactly ``iss``; issuers_allowed replaces it where it is not empty, and is checked
    even without verify_claims. client_id: must be in ``aud``. nonce: that of this login; None
    for a refreshed token. access_token, code: those that came with it, for ``at_hash`` and
    ``c_hash``. algorithms, secret: as in ``key_set.verify``. leeway, max_age: seconds. domains:
    allowed values of ``hd``. trusted_audiences: others that may be in ``aud``. Without
    verify_claims, only its kind, its subject and its nonce are checked.
    """

    issuer: str
    client_id: str
    nonce: str | None = field(default=None, repr=False)
    access_token: Secret | None = field(default=None, repr=False)
    code: Secret | None = field(default=None, repr=False)
    algorithms: frozenset[str] = ASYMMETRIC
    secret: Secret | None = field(default=None, repr=False)
    leeway: float = 0.0
    max_age: float | None = None
    domains: tuple[str, ...] = ()
    issuers_allowed: tuple[str, ...] = ()
    verify_signature: bool = True
    verify_claims: bool = True
    trusted_audiences: tuple[str, ...] = ()


def check(parts: Unverified, expected: ExpectedIdToken, clock: Clock) -> float | None:
    """Check what a token says, and return the instant at which that ends.

    None where nothing was asked about its time. Raises Fault(by=CLIENT): ``id_token.kind``,
    ``id_token.issuer``, ``id_token.subject``, ``id_token.nonce``, ``id_token.audience``,
    ``id_token.azp``, ``id_token.claim``, ``id_token.expired``, ``id_token.not_yet_valid``,
    ``id_token.domain``, ``id_token.at_hash``, ``id_token.c_hash``, ``id_token.too_old``.
    """
    try:
        return _checked(parts, expected, clock)
    except Expired as reason:
        raise fault("id_token.expired", "The id token has expired.", str(reason)) from None
    except NotYetValid as reason:
        raise fault(
            "id_token.not_yet_valid", "The id token is not valid yet.", str(reason)
        ) from None
    except WrongType as reason:
        raise fault("id_token.claim", f"The id token's {reason}.") from None


def same_text(given: object, known: object) -> bool:
    """Return whether both are the same text, in a time that does not tell where they differ."""
    if not isinstance(given, str) or not isinstance(known, str):
        return False
    return hmac.compare_digest(
        given.encode("utf-8", "surrogatepass"), known.encode("utf-8", "surrogatepass")
    )


def _checked(parts: Unverified, expected: ExpectedIdToken, clock: Clock) -> float | None:
    claims = parts.payload
    _check_kind(parts)
    _check_issuer(claims, expected)
    try:
        subject = claim_types.text(claims, "sub")
    except WrongType as reason:
        raise fault("id_token.subject", f"The id token's {reason}.") from None
    if subject is None:
        raise fault("id_token.subject", "The id token does not say whose it is.")
    if expected.nonce is not None and not same_text(claims.get("nonce"), expected.nonce):
        # 3.1.3.7, rule 11
        raise fault("id_token.nonce", "The id token is not of the login that began here.")
    if not expected.verify_claims:
        return None
    _check_audience(claims, expected)
    end = claim_types.until(claims, expected.leeway, clock)  # rules 9 and 10
    for name in ("exp", "iat"):
        if name not in claims:
            raise fault("id_token.claim", f"The id token holds no {name}.")
    if expected.domains and claims.get("hd") not in expected.domains:
        raise fault("id_token.domain", "The id token is not of an allowed domain.")
    _check_hashes(parts, expected)
    return _check_age(claims, expected, end, clock)


def _check_kind(parts: Unverified) -> None:
    # RFC 8725, 3.11: explicit types end in "+jwt", and an id token has none
    if "+" in (parts.typ or ""):
        raise fault("id_token.kind", "This is not an id token.", "typ says so")
    for name, uses in _OTHER_USES.items():
        value = parts.payload.get(name)
        if isinstance(value, str) and value.lower() in uses:
            raise fault("id_token.kind", "This is not an id token.", f"{name} says so")
    events = parts.payload.get("events")
    if isinstance(events, dict) and LOGOUT_EVENT in events:
        raise fault("id_token.kind", "This is not an id token.", "it is a logout token")


def _check_issuer(claims: Mapping[str, object], expected: ExpectedIdToken) -> None:
    if not expected.issuers_allowed and not expected.verify_claims:
        return
    accepted = expected.issuers_allowed or (expected.issuer,)
    issuer = claims.get("iss")
    if not isinstance(issuer, str) or issuer not in accepted:  # rule 2: exactly
        raise fault(
            "id_token.issuer",
            "The id token was not issued by the issuer that was asked.",
            f"iss is {ascii(issuer)[:200]}, accepted: {', '.join(accepted)[:400]}",
        )


def _check_audience(claims: Mapping[str, object], expected: ExpectedIdToken) -> None:
    """Check for whom the token is: rules 3 to 5."""
    try:
        names = claim_types.audience(claims) or ()
    except WrongType as reason:
        raise fault("id_token.audience", f"The id token's {reason}.") from None
    if expected.client_id not in names:
        raise fault("id_token.audience", "The id token is for another client.")
    if "azp" in claims:
        if claims["azp"] != expected.client_id:
            raise fault("id_token.azp", "The id token was issued to another client (azp).")
        return
    if not set(names) <= {expected.client_id, *expected.trusted_audiences}:
        raise fault("id_token.audience", "The id token is also for somebody who is not trusted.")


def _check_age(
    claims: Mapping[str, object], expected: ExpectedIdToken, end: float | None, clock: Clock
) -> float | None:
    """Check when the user authenticated: rule 13."""
    authenticated = claim_types.instant(claims, "auth_time")
    if authenticated is not None and not clock.past(authenticated - expected.leeway):
        raise NotYetValid(f"auth_time is {authenticated}")
    if expected.max_age is None:
        return end
    if authenticated is None:
        raise fault("id_token.too_old", "The id token does not say when its user authenticated.")
    latest = authenticated + expected.max_age + expected.leeway
    if clock.past(latest):
        raise fault("id_token.too_old", "The user authenticated too long ago.")
    return latest if end is None else min(end, latest)


def _check_hashes(parts: Unverified, expected: ExpectedIdToken) -> None:
    """Check that the token belongs to what came with it (3.1.3.8, 3.3.2.10)."""
    claims, alg = parts.payload, parts.alg
    access_token, code = expected.access_token, expected.code
    if access_token is not None and not _names(claims, "at_hash", access_token, alg):
        raise fault("id_token.at_hash", "The id token is of another access token (at_hash).")
    if code is not None and not _names(claims, "c_hash", code, alg):
        raise fault("id_token.c_hash", "The id token is of another code (c_hash).")


def _names(claims: Mapping[str, object], name: str, issued: Secret, alg: str) -> bool:
    return name not in claims or same_text(claims[name], half_hash.of(issued, alg))
