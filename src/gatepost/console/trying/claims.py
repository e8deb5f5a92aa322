"""What the claims of a token say, in plain words (RFC 7519, RFC 9068, OpenID Connect Core)."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gatepost.console.parts.moments import ago, moment, until

LONGEST = 2000
_FIRST = ("iss", "aud", "exp", "scope", "scp", "groups", "sub")


@dataclass(frozen=True, slots=True)
class Told:
    """One claim. says: what it means; value: what stands there; ends: moment to count down to."""

    name: str
    says: str
    value: str
    known: bool = True
    ends: float | None = None


_WORDS = {
    "iss": "Who issued it",
    "aud": "For whom it is",
    "sub": "Whom it is about",
    "scope": "What it allows",
    "scp": "What it allows",
    "groups": "Groups of whom it is about",
    "roles": "Roles of whom it is about",
    "client_id": "The application that got it",
    "cid": "The application that got it",
    "azp": "The application that got it",
    "jti": "Its own number: revoking one token names it",
    "uid": "The user's id at the provider",
    "sid": "The session it belongs to: logging out ends it",
    "nonce": "Ties it to one login",
    "acr": "How surely somebody was recognised",
    "amr": "By which means somebody was recognised",
    "email": "E-mail address",
    "email_verified": "Whether the e-mail address was checked",
    "name": "Name",
    "given_name": "First name",
    "family_name": "Last name",
    "preferred_username": "Name at login",
    "username": "Name at login",
    "cnf": "Only whoever holds this key or certificate may use it",
    "typ": "What kind of token it is",
    "token_type": "What kind of token it is",
    "ver": "Version of its form",
    "at_hash": "Ties it to an access token",
    "tenant": "Tenant",
    "tid": "Tenant",
}
_MOMENTS = {
    "exp": "Until when it is good",
    "nbf": "Not good before",
    "iat": "When it was issued",
    "auth_time": "When somebody logged in",
}


def explained(claims: Mapping[str, Any]) -> list[Told]:
    """Return the claims with what they mean: those that decide most first, unknown ones last."""
    told = [_told(name, value, claims) for name, value in claims.items()]
    return sorted(told, key=_rank)


def countdown(ends: float, now: float) -> str:
    """Return how long a token is still good, to the second where it is not long."""
    left = ends - now
    if left <= 0:
        return f"It ended {ago(ends, now)}."
    minutes, seconds = divmod(int(left), 60)
    hours, minutes = divmod(minutes, 60)
    if hours >= 24:
        return f"It ends {until(ends, now)}."
    clock = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
    return f"It ends in {clock}."


def written(value: Any) -> str:
    """Return a claim's value as text: words of a list one after another, else JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False)


def _told(name: str, value: Any, claims: Mapping[str, Any]) -> Told:
    shown = written(value)[:LONGEST]
    if name in _MOMENTS and isinstance(value, int | float) and not isinstance(value, bool):
        if not 0 <= value < 1e11:
            return Told(name, f"{_MOMENTS[name]}: no moment that there is", shown)
        at = float(value)
        ends = at if name == "exp" else None
        return Told(name, _MOMENTS[name], f"{moment(at)} ({shown})", ends=ends)
    if name == "sub" and value in _applications(claims):
        return Told(name, "Whom it is about: the application itself, no person", shown)
    words = _WORDS.get(name)
    if words is None:
        return Told(name, "A claim of the provider's own", shown, known=False)
    return Told(name, words, shown)


def _applications(claims: Mapping[str, Any]) -> Iterator[Any]:
    for name in ("client_id", "cid", "azp"):
        if isinstance(claims.get(name), str):
            yield claims[name]


def _rank(told: Told) -> tuple[int, int]:
    first = _FIRST.index(told.name) if told.name in _FIRST else len(_FIRST)
    return (0 if told.known else 1, first)
