"""The claims that every token shares, checked by type and by value (RFC 7519, 4.1; RFC 9068, 4).

Time is asked of a Clock only through ``past``, so that whoever remembers the answer knows when it
would change.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, final

from gatepost.oidc import claim_types
from gatepost.oidc.claim_types import LOGOUT_EVENT, Expired, NotYetValid, WrongType
from gatepost.oidc.jose import ASYMMETRIC
from gatepost.values import By, Clock, Fault, Secret

_NEVER_ACCESS: Final = {
    "token_use": frozenset({"refresh", "refresh_token"}),
    "token_type": frozenset({"refresh_token", "refresh"}),
    "typ": frozenset({"refresh", "offline", "logout"}),
}


@final
@dataclass(frozen=True, slots=True)
class Expected:
    """What a token must be like; the fields are named after Kong's.

    issuer: the one issuer; None checks none. issuers_allowed: replaces it where it is not empty,
    and is checked even without verify_claims. audience: one of these must be in ``aud``; empty
    checks only its type. leeway, max_age: seconds. domains: allowed values of ``hd``.
    algorithms: the asymmetric ones. secret: allows HS256 and its kin with this secret.
    strict: RFC 9068 as written: typ ``at+jwt``; exp, sub and aud present; no id token; no token
    that is bound to a key or certificate, whose proof nobody here has checked.
    """

    issuer: str | None
    issuers_allowed: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    leeway: float = 0
    max_age: float | None = None
    domains: tuple[str, ...] = ()
    algorithms: frozenset[str] = ASYMMETRIC
    secret: Secret | None = field(default=None, repr=False)
    verify_signature: bool = True
    verify_claims: bool = True
    strict: bool = False


def check_claims(
    claims: Mapping[str, object], expected: Expected, clock: Clock, *, complete: bool = True
) -> float | None:
    """Check claims and return the instant at which they end, or None when they never do.

    complete: False for introspection, whose answers may leave out ``iss`` and what only ``strict``
    demands (RFC 7662, 2.2); what the configuration asks for by name is missed all the same.
    Raises Fault(by=CLIENT): ``token.issuer``, ``token.claim``, ``token.expired``,
    ``token.not_yet_valid``, ``token.audience``, ``token.too_old``, ``token.domain``,
    ``token.kind``.
    """
    strict = expected.strict and complete
    _check_issuer(claims, expected, required=complete)
    _check_kind(claims, strict=expected.strict)
    if not expected.verify_claims:
        return None
    until = _check_times(claims, expected.leeway, clock)
    if until is None and strict:
        raise fault("token.claim", "The token does not say when it expires.")
    _check_subject(claims, required=strict)
    _check_audience(claims, expected.audience, required=strict)
    if expected.domains and claims.get("hd") not in expected.domains:
        raise fault("token.domain", "The token is not of an allowed domain.")
    if expected.max_age is not None:
        authenticated = instant(claims, "auth_time")
        if authenticated is None:
            raise fault("token.too_old", "The token does not say when its user authenticated.")
        end = authenticated + expected.max_age + expected.leeway
        if clock.past(end):
            raise fault("token.too_old", "The user authenticated too long ago.")
        until = end if until is None else min(until, end)
    return until


def instant(claims: Mapping[str, object], name: str) -> int | float | None:
    """Return a time claim in seconds since 1970 (fractions are allowed), or None when absent.

    Raises Fault(by=CLIENT), code ``token.claim``, for anything but a number in range.
    """
    try:
        return claim_types.instant(claims, name)
    except WrongType as reason:
        raise fault("token.claim", f"The token's {reason}.") from None


def fault(code: str, message: str, cause: str | None = None) -> Fault:
    """Build the fault of a token that is not accepted."""
    return Fault(code, message, by=By.CLIENT, cause=cause)


def _check_issuer(claims: Mapping[str, object], expected: Expected, *, required: bool) -> None:
    if expected.issuers_allowed:
        accepted = expected.issuers_allowed
    elif expected.issuer is not None and expected.verify_claims:
        accepted = (expected.issuer,)
    else:
        return
    issuer = claims.get("iss")
    if "iss" not in claims and not required:
        return
    if not isinstance(issuer, str) or issuer not in accepted:  # exact text: RFC 9068, 4
        raise fault(
            "token.issuer",
            "The token was not issued by an accepted issuer.",
            f"iss is {ascii(issuer)[:200]}, accepted: {', '.join(accepted)[:400]}",
        )


def _check_kind(claims: Mapping[str, object], *, strict: bool) -> None:
    for name, kinds in _NEVER_ACCESS.items():
        value = claims.get(name)
        if isinstance(value, str) and value.lower() in kinds:
            raise fault("token.kind", "This is not an access token.", f"{name} says so")
    events = claims.get("events")
    if isinstance(events, dict) and LOGOUT_EVENT in events:
        raise fault("token.kind", "This is not an access token.", "it is a logout token")
    if not strict:
        return
    if claims.get("token_use") == "id" or claims.get("typ") == "ID":
        raise fault("token.kind", "This is not an access token.", "it is an id token")
    if "cnf" in claims:
        raise fault("token.proof_missing", "The token needs a proof of possession.")


def _check_times(claims: Mapping[str, object], leeway: float, clock: Clock) -> float | None:
    try:
        return claim_types.until(claims, leeway, clock)
    except Expired as reason:
        raise fault("token.expired", "The token has expired.", str(reason)) from None
    except NotYetValid as reason:
        raise fault("token.not_yet_valid", "The token is not valid yet.", str(reason)) from None
    except WrongType as reason:
        raise fault("token.claim", f"The token's {reason}.") from None


def _check_subject(claims: Mapping[str, object], *, required: bool) -> None:
    try:
        subject = claim_types.text(claims, "sub")
    except WrongType as reason:
        raise fault("token.claim", f"The token's {reason}.") from None
    if subject is None and required:
        raise fault("token.claim", "The token does not say whom it is about.")


def _check_audience(
    claims: Mapping[str, object], expected: tuple[str, ...], *, required: bool
) -> None:
    try:
        names = claim_types.audience(claims)
    except WrongType as reason:
        raise fault("token.audience", f"The token's {reason}.") from None
    if names is None:
        if expected or required:
            raise fault("token.audience", "The token does not say whom it is for.")
        return
    if expected and not any(name in expected for name in names):
        found = ", ".join(ascii(name)[:200] for name in names)[:400]
        raise fault(
            "token.audience",
            "The token is for somebody else.",
            f"aud is {found}, accepted: {', '.join(expected)[:400]}",
        )
