"""Paths in the configuration: plain ones in normal form, and ``~`` regular expressions.

A plain path must be written in the form in which requests are matched, or it could never match;
the refusal names that form. RFC 3986, 6.2.2 and Kong's path normalization.
"""

import re
import warnings
from typing import Annotated

from pydantic import AfterValidator, StrictStr

_PLAIN = re.compile(r"/[A-Za-z0-9._~%/:@!$&'()*+,;=-]*")
_BROKEN = re.compile(r"%(?![0-9A-Fa-f]{2})")
_TRIPLET = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_LONGEST = 8192

# what PCRE reads and Python's re does not; a stand-in is enough to check the rest
_ESCAPES = re.compile(r"\\(Q.*?(?:\\E|$)|[pP]\{\^?\w+\}|x\{[0-9A-Fa-f]+\}|k?\{\w+\}|[\s\S])")
_GROUP_NAMES = re.compile(r"\(\?<(?=[A-Za-z_])")
_FLAGS = re.compile(r"\(\?[imsxU-]+\)")
_CLASSES = re.compile(r"\[:\^?[a-z]+:\]")


def normal_path(path: str) -> str:
    """Return a path as requests are matched: triplets in upper case, unreserved characters
    decoded, dot segments removed, repeated slashes merged (RFC 3986, 6.2.2).
    """
    if "%" not in path and "//" not in path and "/." not in path:
        return path  # nearly every path

    def decoded(match: re.Match[str]) -> str:
        character = chr(int(match[1], 16))
        return character if character in _UNRESERVED else match[0].upper()

    segments: list[str] = []
    parts = re.sub(r"/+", "/", _TRIPLET.sub(decoded, path)).split("/")[1:]
    for part in parts:
        if part == "..":
            del segments[-1:]
        elif part != ".":
            segments.append(part)
    if parts and parts[-1] in {".", ".."}:
        segments.append("")
    return re.sub(r"/+", "/", "/" + "/".join(segments))


def plain_path(path: str) -> str:
    """Return a plain path as it is; ValueError says what is wrong and what would be right."""
    if not path.startswith("/"):
        raise ValueError("should start with: /")
    if len(path) > _LONGEST:
        raise ValueError(f"must not be longer than {_LONGEST} characters")
    if not _PLAIN.fullmatch(path):
        raise ValueError(
            "invalid path (characters outside of the reserved list of RFC 3986 found); "
            "percent-encode them"
        )
    if _BROKEN.search(path):
        raise ValueError("invalid url-encoded value; '%' needs two hexadecimal digits")
    normal = normal_path(path)
    if normal != path:
        raise ValueError(f"non-normalized path, consider use '{normal}' instead")
    return path


def check_regex(regex: str) -> None:
    """Refuse with ValueError what is no regular expression. PCRE's own forms are let through."""
    if len(regex) > _LONGEST:
        raise ValueError(f"must not be longer than {_LONGEST} characters")

    def escape(match: re.Match[str]) -> str:
        known = match[1][0] in "AbBdDsSwWnrtfvax0123456789\\" or not match[1][0].isalnum()
        return match[0] if known and "{" not in match[1][1:] else "a"

    text = _CLASSES.sub("a-z", _ESCAPES.sub(escape, regex))
    text = _FLAGS.sub("", _GROUP_NAMES.sub("(?P<", text))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # PCRE reads as text what Python only warns about
            re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        reason = error.msg if isinstance(error, re.error) else "it is too large"
        raise ValueError(f"invalid regex: {reason}") from None


def route_path(path: str) -> str:
    """Return a route's path as it is: ``/plain`` or ``~/regex``; ValueError otherwise."""
    if path.startswith("~"):
        if not path.startswith(("~/", "~^/")):
            raise ValueError("should start with: / (fixed path) or ~/ (regex path)")
        check_regex(path[1:])
        return path
    try:
        return plain_path(path)
    except ValueError as error:
        if path.startswith("/") and re.search(r"[\\^$|?*+(){}\[\]]", path):
            message = f"{error}; a regex path starts with '~', as in '~{path}'"
            raise ValueError(message) from None
        raise


PlainPath = Annotated[StrictStr, AfterValidator(plain_path)]
RoutePath = Annotated[StrictStr, AfterValidator(route_path)]
