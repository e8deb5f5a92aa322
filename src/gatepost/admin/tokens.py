"""Tokens of the Admin API: made once, shown once, kept as a digest."""

import hashlib
import re
import secrets
from typing import NamedTuple

_FORM = re.compile(r"gpa_[A-Za-z0-9_-]{43}")


class NewToken(NamedTuple):
    """A token that was just made. text: what its owner keeps; digest: what we keep."""

    text: str
    digest: str


def new_token() -> NewToken:
    """Make a token: 256 bits of chance."""
    text = f"gpa_{secrets.token_urlsafe(32)}"
    return NewToken(text, digest_of(text))


def is_token(text: str) -> bool:
    """Say whether a text has the form of a token; nobody looks for one that has not."""
    return _FORM.fullmatch(text) is not None


def digest_of(text: str) -> str:
    """Return what is kept of a token. A plain digest is enough: nobody guesses 256 bits."""
    return hashlib.sha256(text.encode()).hexdigest()
