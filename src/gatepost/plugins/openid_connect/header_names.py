"""Names of headers that this plugin sets from what it learned."""

import re

from gatepost.plugin.chain import IDENTITY_HEADERS

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")
_CHAINS = frozenset(name.lower() for name in IDENTITY_HEADERS)
_CONNECTION = {
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "expect",
    "forwarded",
    "host",
    "keep-alive",
    "proxy",
    "proxy-authorization",
    "proxy-connection",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    # what the engine writes itself, or takes from every request
    "x-kong-request-id",
    "x-original-uri",
    "x-original-url",
    "x-real-ip",
    "x-rewrite-url",
}
_READ = re.compile(r"[0-9A-Za-z_-]{1,200}")


def written(name: str) -> str:
    """Return a configured name as it is sent: ``_`` and ``-`` are the same, and ``-`` is sent.

    Servers that turn headers into variables cannot tell the two apart, so only one may exist.
    """
    return name.replace("_", "-")


def is_name(name: str) -> bool:
    """Return whether a text can be the name of a header (RFC 9110, 5.1)."""
    return _NAME.fullmatch(name) is not None


def is_readable(name: str) -> bool:
    """Return whether the engine reads a header of this name: it drops any with other characters."""
    return _READ.fullmatch(name) is not None


def problem(name: str) -> str | None:
    """Return why a header of this name cannot be set, or None."""
    if not is_name(name):
        return "is not a header name"
    lowered = written(name).lower()
    if lowered in _CHAINS:
        return "is set by the gateway itself; choose another name"
    if lowered in _CONNECTION or lowered.startswith("x-forwarded-"):
        return "belongs to the connection; choose another name"
    return None
