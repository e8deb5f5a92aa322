"""Claims of one token by their type: a time, a text, an audience; and whether it is time.

A claim of the wrong type is refused, not converted: ``"exp": "1999999999"`` is nobody's honest
token, and each lenient reading has been somebody's hole. Whoever asks says what a wrong one means.
"""

import re
from collections.abc import Mapping
from typing import Final

from gatepost.values import Clock

LAST_INSTANT: Final = 253_402_300_799
"""The end of the year 9999, in seconds since 1970. Beyond it a time is nonsense (milliseconds)."""

SUBJECT_LIMIT: Final = 1_024
"""Characters of a subject; OpenID Connect Core 1.0, 2 allows 255."""

LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
"""The member of ``events`` that makes a token a logout token (Back-Channel Logout 1.0, 2.4)."""

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


class WrongClaim(ValueError):
    """A claim that is not accepted; the message begins with its name and shows no texts."""


class WrongType(WrongClaim):
    """It cannot be what it should be."""


class Expired(WrongClaim):
    """The token's time is over."""


class NotYetValid(WrongClaim):
    """The token's time has not come."""


def instant(claims: Mapping[str, object], name: str) -> int | float | None:
    """Return a time in seconds since 1970 (fractions are allowed), or None when absent.

    Raises WrongType for anything but a number in range (RFC 7519, 2, NumericDate).
    """
    if name not in claims:
        return None
    value = claims[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise WrongType(f"{name} is not a number")
    if not 0 <= value <= LAST_INSTANT:
        raise WrongType(f"{name} is out of range")
    return value


def text(claims: Mapping[str, object], name: str, *, limit: int = SUBJECT_LIMIT) -> str | None:
    """Return a short text, or None when absent.

    Raises WrongType for anything else, for an empty one and for one with control characters.
    """
    if name not in claims:
        return None
    value = claims[name]
    if not isinstance(value, str) or not 0 < len(value) <= limit:
        raise WrongType(f"{name} is not a short text")
    if _CONTROL.search(value):
        raise WrongType(f"{name} holds control characters")
    return value


def audience(claims: Mapping[str, object]) -> tuple[str, ...] | None:
    """Return whom the token is for, or None when it does not say (RFC 7519, 4.1.3).

    Raises WrongType for anything but a text or a list of texts, none of them empty.
    """
    if "aud" not in claims:
        return None
    value = claims["aud"]
    names = [value] if isinstance(value, str) else value
    if (
        not isinstance(names, list)
        or not names
        or not all(isinstance(name, str) and name for name in names)
    ):
        raise WrongType("aud is not a text or a list of texts")
    return tuple(names)


def until(claims: Mapping[str, object], leeway: float, clock: Clock) -> float | None:
    """Return the instant at which a token ends, leeway included; None when it does not say.

    leeway: seconds. Raises Expired (RFC 7519, 4.1.4: on or after ``exp``), NotYetValid (4.1.5,
    ``nbf``, and ``iat`` likewise), WrongType.
    """
    end, begin, issued = instant(claims, "exp"), instant(claims, "nbf"), instant(claims, "iat")
    if end is not None and clock.past(end + leeway):
        raise Expired(f"exp is {end}")
    for name, moment in (("nbf", begin), ("iat", issued)):
        if moment is not None and not clock.past(moment - leeway):
            raise NotYetValid(f"{name} is {moment}")
    return None if end is None else end + leeway
