"""The small types that fields are made of. Each refuses with a sentence that says what is right.

Nothing here coerces: ``"80"`` is not a port and ``yes`` is not a name, so that a slip in a file
is an error and not a surprise.
"""

import re
from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, StrictBool, StrictInt, StrictStr

_UUID = re.compile(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}")
_NAME = re.compile(r"[\w.~-]+")
_TAG = re.compile(r"[^,/\x00-\x1f\x7f]+")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_METHOD = re.compile(r"[A-Z]{1,32}")


def _id(text: str) -> str:
    if not _UUID.fullmatch(text):
        raise ValueError("expected a valid UUID")
    return text.lower()


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError("must only contain letters, digits and '.', '-', '_', '~'")
    return text


def tag(text: str) -> str:
    """Return a tag as it is; ValueError says what is wrong with it."""
    if not _TAG.fullmatch(text) or text != text.strip():
        raise ValueError("a tag must not be empty, nor contain ',' or '/' or outer spaces")
    return text


def _set(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(values)))


def _once(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))  # in the order in which they were written: decK compares it


def _method(text: str) -> str:
    if not _METHOD.fullmatch(text):
        raise ValueError("expected a method in upper case, such as GET")
    return text


def header_name(text: str) -> str:
    """Return a header's name as it is, or refuse what is no token (RFC 9110, 5.6.2)."""
    if not _TOKEN.fullmatch(text):
        raise ValueError("expected a header name")
    return text


def between(low: int, high: int) -> AfterValidator:
    """Bound a number, both ends included, in Kong's words."""

    def check(value: int) -> int:
        if not low <= value <= high:
            raise ValueError(f"value should be between {low} and {high}")
        return value

    check.between = (low, high)  # type: ignore[attr-defined]  # for the schema
    return AfterValidator(check)


def one_of(*known: str, later: tuple[str, ...] = ()) -> Callable[[str], str]:
    """Allow these words; say of those that come later that they are not supported yet."""

    def check(text: str) -> str:
        if text in later:
            raise ValueError(f"'{text}' is not supported yet; use one of: {', '.join(known)}")
        if text not in known:
            raise ValueError(f"expected one of: {', '.join(known)}")
        return text

    check.one_of = known  # type: ignore[attr-defined]  # for the schema
    return check


def _some(text: str) -> str:
    if not text:
        raise ValueError("length must be at least 1")
    return text


Text = Annotated[StrictStr, AfterValidator(_some)]
Boolean = StrictBool
Integer = StrictInt
Id = Annotated[StrictStr, AfterValidator(_id)]
Name = Annotated[StrictStr, AfterValidator(_name)]
Tags = Annotated[tuple[Annotated[StrictStr, AfterValidator(tag)], ...], AfterValidator(_set)]
Method = Annotated[StrictStr, AfterValidator(_method)]
Methods = Annotated[tuple[Method, ...], AfterValidator(_once)]
Port = Annotated[StrictInt, between(0, 65535)]
Timeout = Annotated[StrictInt, between(1, 2**31 - 2)]
