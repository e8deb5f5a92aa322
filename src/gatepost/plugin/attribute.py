"""Key attributes: the closed list of what a plan's decisions may depend on in a request.

An attribute is written as text, so that it travels to the engine unchanged:

    header:NAME     a header field that may come once; a second one is refused with 400
    headers:NAME    a header field that may come several times; all values count
    query:NAME      a query argument that may come once
    queries:NAME    a query argument that may come several times
    cookie:NAME     a cookie that may come once
    cookies:NAME    a cookie that may come several times
    connection:X    scheme, host, port, address, trusted, sni, or client-certificate
                    (SHA-256 of the leaf, verify result), as the engine computed them
    method          the request method itself; prefer a bit
    bit:KIND[:ARG]  a derived truth, "1" or "0":
        bit:body            the body may hold a credential: it has one, in a form or JSON type
        bit:preflight       OPTIONS with Origin and Access-Control-Request-Method
        bit:grpc            the content type begins with application/grpc
        bit:navigation      a person opens a page: Sec-Fetch-Mode says navigate or, where there
                            is none, Accept names text/html; and neither X-Requested-With nor
                            Sec-Purpose (a prefetch) says otherwise. Of each the first counts
        bit:method:A,B      the method is one of these
        bit:path-suffix:S   the normal form of the path ends with S
        bit:query:NAME      the query has an argument of this name
        bit:cookie-prefix:P a cookie's name begins with P

The engine extracts them strictly and once; Python reads exactly the bytes that were keyed.
"""

import re
from typing import NamedTuple

_NAMED = {"header", "headers", "query", "queries", "cookie", "cookies"}
_CONNECTION = {"scheme", "host", "port", "address", "trusted", "sni", "client-certificate"}
_PLAIN_BITS = {"body", "preflight", "grpc", "navigation"}
_ARGUED_BITS = {"cookie-prefix", "method", "path-suffix", "query"}
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class _Parts(NamedTuple):  # a tuple, because every read of every request looks one up
    kind: str
    name: str


class Attribute(_Parts):
    """One key attribute: its kind and its name or argument (empty for ``method``)."""

    __slots__ = ()

    def __new__(cls, kind: str, name: str = "") -> "Attribute":
        """Raise ValueError when the engine would not know how to extract this."""
        self = super().__new__(cls, kind, name)
        bit, _, argument = name.partition(":")
        good = (
            (kind == "method" and not name)
            or (kind in {"header", "headers"} and _TOKEN.fullmatch(name) and name == name.lower())
            or (kind in _NAMED - {"header", "headers"} and name)
            or (kind == "connection" and name in _CONNECTION)
            or (kind == "bit" and bit in _PLAIN_BITS and not argument)
            or (kind == "bit" and bit in _ARGUED_BITS and argument)
        )
        if not good:
            raise ValueError(f"no such key attribute: {self}")
        return self

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" if self.name else self.kind

    @staticmethod
    def parse(text: str) -> "Attribute":
        """Read ``header:authorization`` and the like; ValueError when it is none."""
        kind, _, name = text.partition(":")
        return Attribute(kind, name)


def header(name: str) -> Attribute:
    """Return the attribute of a header that may come once."""
    return Attribute("header", name.lower())


def query(name: str) -> Attribute:
    """Return the attribute of a query argument that may come once."""
    return Attribute("query", name)


def cookie(name: str) -> Attribute:
    """Return the attribute of a cookie that may come once."""
    return Attribute("cookie", name)


def bit(kind: str, argument: str = "") -> Attribute:
    """Return the attribute of a derived truth."""
    return Attribute("bit", f"{kind}:{argument}" if argument else kind)
