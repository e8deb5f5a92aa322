"""A page that shows a person what arrived: who they are said to be, and the tokens, taken apart.

Nothing is verified here: whoever stands behind a gateway believes what the gateway sends.
"""

import base64
import binascii
import functools
import re
from datetime import UTC, datetime
from importlib import resources
from typing import Final

import msgspec
from jinja2 import Environment, StrictUndefined, Template

Fields = list[tuple[str, str]]

_JWT: Final = re.compile(r"([A-Za-z0-9_-]{2,20000})\.([A-Za-z0-9_-]{2,20000})\.[A-Za-z0-9_-]*")
_TIMES: Final = frozenset({"auth_time", "exp", "iat", "nbf", "updated_at"})
_PREFIX: Final = re.compile(r"/[A-Za-z0-9/_.-]{0,200}")
_TRANSPORT: Final = frozenset(
    {
        "accept",
        "accept-encoding",
        "accept-language",
        "cache-control",
        "connection",
        "content-length",
        "cookie",
        "host",
        "priority",
        "te",
        "upgrade-insecure-requests",
        "user-agent",
        "via",
    }
)

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"
"""What the page may do: show itself. A person may log out from it, which leads elsewhere."""


class Claim(msgspec.Struct, frozen=True):
    """One claim of a token. meaning: what a number stands for, empty where it is plain."""

    name: str
    value: str
    meaning: str


class Token(msgspec.Struct, frozen=True):
    """A token that a header holds. header: name of the field. head: its JOSE header."""

    header: str
    head: tuple[Claim, ...]
    claims: tuple[Claim, ...]


def render(fields: Fields, *, name: str, path: str) -> bytes:
    """Return the page for a request. fields: its headers; path: as it was asked for."""
    found = [token for field, value in fields if (token := _token(field, value)) is not None]
    holders = {token.header for token in found}
    shown = [
        (field, value)
        for field, value in fields
        if field not in holders and not _usual(field) and field.lower() != "authorization"
    ]
    given = {field.lower(): value for field, value in fields}
    prefix = given.get("x-forwarded-prefix", "")
    whole = {
        "name": name,
        "path": given.get("x-forwarded-path", path),
        "prefix": prefix.rstrip("/") if _PREFIX.fullmatch(prefix) else "",
        "somebody": bool(found) or "authorization" in given,
        "shown": shown,
        # What is about the person comes before what is for programs.
        "tokens": sorted(found, key=lambda token: token.header.lower() == "authorization"),
    }
    return _template().render(whole).encode()


def _usual(field: str) -> bool:
    lowered = field.lower()
    return lowered in _TRANSPORT or lowered.startswith(("sec-", "x-forwarded-", "x-real-"))


def _token(field: str, value: str) -> Token | None:
    text = value[7:] if value.lower().startswith("bearer ") else value
    parts = _JWT.fullmatch(text)
    if parts is None:
        return None
    head, claims = _object(parts[1]), _object(parts[2])
    if head is None or claims is None:
        return None
    return Token(field, _claims(head), _claims(claims))


def _object(segment: str) -> dict[str, object] | None:
    try:
        raw = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
        content = msgspec.json.decode(raw)
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        return None
    return content if isinstance(content, dict) else None


def _claims(content: dict[str, object]) -> tuple[Claim, ...]:
    return tuple(
        Claim(
            name,
            value if isinstance(value, str) else msgspec.json.encode(value).decode(),
            _meaning(name, value),
        )
        for name, value in content.items()
    )


def _meaning(name: str, value: object) -> str:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if name not in _TIMES or not number or not 0 <= value < 1e11:  # type: ignore[operator]
        return ""
    return datetime.fromtimestamp(float(value), UTC).strftime("%Y-%m-%d %H:%M:%S UTC")  # type: ignore[arg-type]


@functools.cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    text = resources.files("gatepost.echo").joinpath("page.html").read_text("utf-8")
    return environment.from_string(text)
