"""Tokens of the Admin API: made once, shown once, kept as a digest."""

import hashlib
import re
import secrets
from typing import NamedTuple

_FORM = re.compile(r"gpa_([0-9a-f]{16})_([A-Za-z0-9_-]{43})")


class NewToken(NamedTuple):
    """A token that was just made. text: what its owner keeps; digest: what we keep."""

    id: str
    text: str
    digest: str


def new_token() -> NewToken:
    """Make a token: 256 bits of chance, and an id by which it is found."""
    ident = secrets.token_hex(8)
    text = f"gpa_{ident}_{secrets.token_urlsafe(32)}"
    return NewToken(ident, text, digest_of(text))


def token_id(text: str) -> str | None:
    """Return the id in a token, None for a text that is none of ours."""
    found = _FORM.fullmatch(text)
    return found[1] if found else None


def digest_of(text: str) -> str:
    """Return what is kept of a token. A plain digest is enough: nobody guesses 256 bits."""
    return hashlib.sha256(text.encode()).hexdigest()
