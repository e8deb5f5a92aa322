"""Pages of a collection: ``size``, ``offset`` and ``tags`` of a request, and the way to the next.

An offset is opaque to callers; it holds the id of the last entity that was shown.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from gatepost.admin.problem import invalid_offset, invalid_options, numbered

DEFAULT_SIZE, LARGEST_SIZE = 100, 1000
_MOST_TAGS = 5
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_TAG = r"[^,/\x00-\x1f\x7f]+"
_ALL = re.compile(rf"{_TAG}(?:,{_TAG})*,?")
_ANY = re.compile(rf"{_TAG}(?:/{_TAG})*/?")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which page is wanted. after: an id. tags: all of them must be there, or any of them."""

    size: int = DEFAULT_SIZE
    after: str | None = None
    tags: tuple[str, ...] = ()
    any_tag: bool = False
    query: Mapping[str, str] | None = None


def read_wanted(query: Mapping[str, str]) -> Wanted:
    """Return what a query asks for. Raises Refused: codes 7, 9 and 11."""
    tags, any_tag = read_tags(query.get("tags"))
    return Wanted(
        size=read_size(query.get("size")),
        after=read_offset(query.get("offset")),
        tags=tags,
        any_tag=any_tag,
        query={name: query[name] for name in ("size", "tags") if query.get(name)},
    )


def read_size(text: str | None) -> int:
    """Return the size of a page. Raises Refused, code 9."""
    if text is None:
        return DEFAULT_SIZE
    try:
        number = float(text) if len(text) < 40 else 0.0
    except ValueError:
        raise numbered(9, "size must be a number") from None
    if not 1 <= number <= LARGEST_SIZE or number != int(number):
        raise numbered(9, f"size must be an integer between 1 and {LARGEST_SIZE}")
    return int(number)


def read_offset(text: str | None) -> str | None:
    """Return the id after which a page begins. Raises Refused, code 7."""
    if not text:
        return None
    after = decoded(text)
    if not _UUID.fullmatch(after):
        raise invalid_offset(text)
    return after


def decoded(text: str) -> str:
    """Return what an offset holds, whatever that is. Raises Refused, code 7."""
    try:
        held = base64.b64decode(text.encode(), altchars=b"-_", validate=True).decode()
    except ValueError:
        raise invalid_offset(text) from None
    if "\0" in held:
        raise invalid_offset(text)
    return held


def written_offset(after: str) -> str:
    """Return the offset that stands for an id."""
    return base64.b64encode(after.encode(), altchars=b"-_").decode()


def read_tags(text: str | None) -> tuple[tuple[str, ...], bool]:
    """Return tags and whether any of them will do: ``a,b`` is both, ``a/b`` either.

    Raises Refused, code 11.
    """
    if text is None:
        return (), False
    any_tag = False
    if _ALL.fullmatch(text):
        tags = text.split(",")
    elif _ANY.fullmatch(text):
        tags, any_tag = text.split("/"), True
    else:
        raise invalid_options("invalid filter syntax")
    tags = [tag for tag in tags if tag]
    if len(tags) > _MOST_TAGS:
        raise invalid_options(f"cannot query more than {_MOST_TAGS} tags")
    return tuple(tags), any_tag


def page(data: list[Any], following: str | None, path: str, wanted: Wanted) -> dict[str, Any]:
    """Return the answer for one page. following: the id after which the next begins.

    path: of the collection. As in Kong, ``offset`` is left out on the last page.
    """
    if following is None:
        return {"data": data, "next": None}
    offset = written_offset(following)
    query = "".join(f"&{name}={quote(text)}" for name, text in (wanted.query or {}).items())
    return {"data": data, "next": f"{path}?offset={quote(offset)}{query}", "offset": offset}
