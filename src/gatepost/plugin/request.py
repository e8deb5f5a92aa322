"""The request as a plugin sees it: every read is recorded, and reads of absence count.

Key attributes come from the very bytes that the engine keyed. Anything else can be read too, and
then the decision is for this request only; the trace names the read.
"""

import functools
import re
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl

import msgspec

from gatepost.plugin.attribute import Attribute
from gatepost.values import Headers

# Built once for each name: they come with every request, and building one checks its grammar.
_attribute = functools.lru_cache(maxsize=1024)(Attribute)
_MANY = {"header": "headers", "query": "queries", "cookie": "cookies"}


@functools.lru_cache(maxsize=1024)
def _named_attributes(kind: str, name: str) -> tuple[Attribute, Attribute]:
    return Attribute(kind, name), Attribute(_MANY[kind], name)


_MEDIA = re.compile(r"[ \t\n\v\f\r]*([^; \t\n\v\f\r]*)")


def media_type(headers: Headers) -> str:
    """Return the media type in lower case without parameters, exactly as the engine reads it.

    Only ASCII blanks end it: of a value with another kind of blank the two would disagree.
    """
    found = _MEDIA.match(headers.get("content-type") or "")
    return found[1].lower() if found else ""


class BodyNeeded(Exception):
    """The body was read but not sent yet; the engine sends it and asks again."""


class Context(msgspec.Struct, frozen=True):  # quicker to build than a dataclass
    """All the rest of a request, which lies outside the key.

    path is the normal form that was matched; args the raw query or None. body is None when it was
    not sent; body_state is absent, unread, sent or too-large.
    """

    id: str = ""
    method: str = "GET"
    scheme: str = "http"
    host: str = ""
    port: int = 80
    path: str = "/"
    args: str | None = None
    address: str = ""
    trusted: bool = False
    route: str = ""
    headers: Headers = msgspec.field(default_factory=Headers)
    body: bytes | None = None
    body_state: str = "absent"

    def __repr__(self) -> str:
        return f"Context(id={self.id!r}, route={self.route!r}, {self.method} {self.path!r})"


class Request:
    """Recorded access to one request."""

    __slots__ = ("_context", "_keyed", "notes", "outside", "reads")

    def __init__(self, keyed: Mapping[Attribute, tuple[str, ...]], context: Context) -> None:
        self._keyed = keyed
        self._context = context
        self.reads: dict[str, bool] = {}
        """What was read, in order, and whether it lies in the key."""
        self.outside: list[str] = []
        """The reads that lie outside the key."""
        self.notes: dict[object, object] = {}
        """What a plugin keeps about this request while it is judged, under a key of its own."""

    def keyed(self, attribute: Attribute) -> tuple[str, ...]:
        """Return the values of one key attribute, none when it is not keyed.

        Not recorded: it lies in the key in any case.
        """
        return self._keyed.get(attribute, ())

    def header(self, name: str) -> tuple[str, ...]:
        """Return every value of a header, in order."""
        name = name.lower()
        return self._named("header", name, lambda: self._context.headers.all(name))

    def query(self, name: str) -> tuple[str, ...]:
        """Return every value of a query argument, decoded, in order."""
        return self._named("query", name, lambda: self._pairs(self._context.args or "", name))

    def cookie(self, name: str) -> tuple[str, ...]:
        """Return every value of a cookie, in order."""
        return self._named("cookie", name, lambda: self._cookies(name))

    def bit(self, kind: str, argument: str = "") -> bool:
        """Return a derived truth. It must be declared: the engine alone knows how to derive it."""
        attribute = _attribute("bit", f"{kind}:{argument}" if argument else kind)
        if attribute not in self._keyed:
            raise LookupError(f"{attribute} is not among the plan's key attributes")
        self.reads[str(attribute)] = True
        return self._keyed[attribute] == ("1",)

    def connection(self, what: str) -> str:
        """Return scheme, host, port, address, trusted, sni or client-certificate."""
        attribute = _attribute("connection", what)
        if attribute in self._keyed:
            self.reads[str(attribute)] = True
            return "".join(self._keyed[attribute])
        self._out(str(attribute))
        if what in {"sni", "client-certificate"}:
            raise LookupError(f"{attribute} is not among the plan's key attributes")
        value = getattr(self._context, what)
        return ("1" if value else "0") if isinstance(value, bool) else str(value)

    def method(self) -> str:
        """Return the request method."""
        attribute = _attribute("method", "")
        if attribute in self._keyed:
            self.reads["method"] = True
            return self._keyed[attribute][0]
        self._out("method")
        return self._context.method

    def path(self) -> str:
        """Return the normal form of the path; outside every key."""
        self._out("path")
        return self._context.path

    def id(self) -> str:
        """Return the id of this request, for logs and pages; outside every key."""
        self._out("id")
        return self._context.id

    def args(self) -> str | None:
        """Return the raw query; outside every key."""
        self._out("args")
        return self._context.args

    def headers(self) -> Headers:
        """Return all headers; outside every key."""
        self._out("headers")
        return self._context.headers

    def body(self) -> bytes:
        """Return the body; outside every key. Empty when there is none or it is too large."""
        self._out("body")
        if self._context.body_state == "unread":
            raise BodyNeeded
        return self._context.body or b""

    def content_type(self) -> str:
        """Return the media type in lower case without parameters; outside every key."""
        self._out("content-type")
        return media_type(self._context.headers)

    def _out(self, name: str) -> None:
        self.reads[name] = False
        if name not in self.outside:
            self.outside.append(name)

    def _named(self, kind: str, name: str, otherwise: "object") -> tuple[str, ...]:
        for attribute in _named_attributes(kind, name):
            if attribute in self._keyed:
                self.reads[str(attribute)] = True
                return self._keyed[attribute]
        self._out(f"{kind}:{name}")
        return otherwise()  # type: ignore[operator, no-any-return]

    @staticmethod
    def _pairs(text: str, name: str) -> tuple[str, ...]:
        found = parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="surrogateescape")
        return tuple(value for key, value in found if key == name)

    def cookies(self) -> tuple[tuple[str, str], ...]:
        """Return every cookie, name and value, in order; outside every key."""
        self._out("cookies")
        return tuple(self._pieces())

    def _cookies(self, name: str) -> tuple[str, ...]:
        return tuple(value for key, value in self._pieces() if key == name)

    def _pieces(self) -> Iterator[tuple[str, str]]:
        for line in self._context.headers.all("cookie"):
            for piece in line.split(";"):
                key, equals, value = piece.strip().partition("=")
                if equals:
                    yield key, value
