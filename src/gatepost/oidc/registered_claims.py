"""The claims that every token shares, checked by type and by value (RFC 7519, 4.1; RFC 9068, 4).

A claim of the wrong type is refused, not converted: ``"exp": "1999999999"`` is nobody's honest
token, and each lenient reading has been somebody's hole. Time is asked of a Clock only through
``past``, so that whoever remembers the answer knows when it would change.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, final

from gatepost.oidc.jose import ASYMMETRIC
from gatepost.values import By, Clock, Fault, Secret

LAST_INSTANT: Final = 253_402_300_799
"""The end of the year 9999, in seconds since 1970. Beyond it a time is nonsense (milliseconds)."""

SUBJECT_LIMIT: Final = 1_024
"""Characters of a subject; OpenID Connect Core 1.0, 2 allows 255."""

_NEVER_ACCESS: Final = {
    "token_use": frozenset({"refresh", "refresh_token"}),
    "token_type": frozenset({"refresh_token", "refresh"}),
    "typ": frozenset({"refresh", "offline", "logout"}),
}
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"


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
    if name not in claims:
        return None
    value = claims[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise fault("token.claim", f"The token's {name} is not a number.")
    if not 0 <= value <= LAST_INSTANT:
        raise fault("token.claim", f"The token's {name} is out of range.")
    return value


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
    if isinstance(events, dict) and _LOGOUT_EVENT in events:
        raise fault("token.kind", "This is not an access token.", "it is a logout token")
    if not strict:
        return
    if claims.get("token_use") == "id" or claims.get("typ") == "ID":
        raise fault("token.kind", "This is not an access token.", "it is an id token")
    if "cnf" in claims:
        raise fault("token.proof_missing", "The token needs a proof of possession.")


def _check_times(claims: Mapping[str, object], leeway: float, clock: Clock) -> float | None:
    end, begin, issued = instant(claims, "exp"), instant(claims, "nbf"), instant(claims, "iat")
    if end is not None and clock.past(end + leeway):  # RFC 7519, 4.1.4: on or after
        raise fault("token.expired", "The token has expired.", f"exp is {end}")
    for name, moment in (("nbf", begin), ("iat", issued)):
        if moment is not None and not clock.past(moment - leeway):
            raise fault("token.not_yet_valid", "The token is not valid yet.", f"{name} is {moment}")
    return None if end is None else end + leeway


def _check_subject(claims: Mapping[str, object], *, required: bool) -> None:
    subject = claims.get("sub")
    if "sub" not in claims and not required:
        return
    if not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT_LIMIT:
        raise fault("token.claim", "The token's subject is not a short text.")
    if _CONTROL.search(subject):
        raise fault("token.claim", "The token's subject holds control characters.")


def _check_audience(
    claims: Mapping[str, object], expected: tuple[str, ...], *, required: bool
) -> None:
    if "aud" not in claims:
        if expected or required:
            raise fault("token.audience", "The token does not say whom it is for.")
        return
    audience = claims["aud"]
    names = [audience] if isinstance(audience, str) else audience
    if (
        not isinstance(names, list)
        or not names
        or not all(isinstance(name, str) and name for name in names)
    ):
        raise fault("token.audience", "The token's audience is not a text or a list of texts.")
    if expected and not any(name in expected for name in names):
        raise fault("token.audience", "The token is for somebody else.")
