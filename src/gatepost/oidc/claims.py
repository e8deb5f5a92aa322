"""Claims as configuration speaks of them: by path, as a set of words, as a header.

Types are taken as they are. What is not of the expected type has no words in it, and so satisfies
nothing (RFC 9068, 2.2.3.1: lists of texts); no value is converted into one that was not issued.
"""

import base64
import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final
from urllib.parse import quote

from gatepost.values import By, Fault

MAX_WORDS: Final = 10_000
"""Entries of one claim; more are treated as none."""

HEADER_LIMIT: Final = 4_096
"""Bytes of a header made from a claim, unless told otherwise; upstreams allow about 8,000."""

_ENCODED: Final = "UTF-8''"
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


def look_up(claims: Mapping[str, object], path: Sequence[str]) -> object:
    """Return the value at a path of member names, or None when there is none (or null).

    ``("realm_access", "roles")`` walks into objects, never into lists; an empty path is None.
    """
    value: object = claims if path else None
    for name in path:
        if not isinstance(value, dict | Mapping):  # the first is asked for speed
            return None
        value = value.get(name)
    return value


def words(value: object) -> frozenset[str]:
    """Return a claim's value as a set of words that are compared exactly.

    A text is split at spaces only (RFC 6749, 3.3); the entries of a list are words as they are;
    a whole number or a boolean is the word that JSON writes. Objects, fractions, null, lists with
    anything but texts, and lists beyond MAX_WORDS give the empty set.
    """
    if isinstance(value, str):
        return frozenset(part for part in value.split(" ") if part)
    if isinstance(value, bool):
        return frozenset(("true" if value else "false",))
    if isinstance(value, int):
        return frozenset((str(value),))
    if not isinstance(value, list) or len(value) > MAX_WORDS:
        return frozenset()
    entries = frozenset(entry for entry in value if isinstance(entry, str) and entry)
    return entries if all(isinstance(entry, str) for entry in value) else frozenset()


def satisfies(required: Sequence[str], values: Collection[str]) -> bool:
    """Return whether words satisfy a requirement in Kong's notation.

    Each element is an alternative; the words within one, apart by spaces, must all be there:
    ``["read write", "admin"]`` is (read and write) or admin. No element requires nothing; an
    element of spaces alone is never satisfied.
    """
    if not required:
        return True
    alternatives = (element.split() for element in required)
    return any(wanted and all(word in values for word in wanted) for wanted in alternatives)


def claim_as_header(value: object, *, limit: int = HEADER_LIMIT) -> str | None:
    """Return a claim's value as a header value, or None when there is nothing to send.

    A text of visible ASCII and inner spaces goes as it is; any other is written as an extended
    value, ``UTF-8''`` and percent-encoded bytes (RFC 8187, 3.2), and so is a text that begins
    like one: no two texts share a header. Numbers and booleans are as JSON writes them, list
    entries are joined by ``, ``, an object (or a list that holds one) is base64 of its JSON.
    Null, an empty text and an empty list are nothing. Raises Fault(by=CLIENT):
    ``token.claim_unsendable`` for control characters and for a list entry with a comma, which
    would read as two; ``token.claim_too_large`` beyond ``limit`` bytes.
    """
    if value is None or value == "" or value == []:
        return None
    if isinstance(value, list) and not any(isinstance(entry, dict | list) for entry in value):
        entries = [_scalar(entry) for entry in value]
        if any("," in entry or not entry for entry in entries):
            raise _unsendable("a list entry is empty or holds a comma")
        text = ", ".join(entries)
    elif isinstance(value, dict | list):
        dumped = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        text = base64.b64encode(dumped.encode("utf-8", "surrogatepass")).decode("ascii")
    else:
        text = _scalar(value)
    if len(text) > limit:
        raise Fault(
            "token.claim_too_large",
            "A claim that is to be sent as a header is too large.",
            by=By.CLIENT,
            cause=f"{len(text)} bytes of {limit}",
        )
    return text


def _scalar(value: object) -> str:
    if not isinstance(value, str):
        return json.dumps(value)
    if _CONTROL.search(value):
        raise _unsendable("it holds control characters")
    trimmed = value.strip(" ") == value
    if value.isascii() and trimmed and not value.upper().startswith(_ENCODED):
        return value
    return _ENCODED + quote(value.encode("utf-8", "surrogatepass"), safe="")


def _unsendable(cause: str) -> Fault:
    return Fault(
        "token.claim_unsendable",
        "A claim cannot be sent as a header.",
        by=By.CLIENT,
        cause=cause,
    )
