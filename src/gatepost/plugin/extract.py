"""The key attributes of a plain HTTP request, extracted in Python.

The engine extracts them on the hot path; this is the same meaning once more, for ``explain``, for
the test kit, and as the oracle that the engine is compared with. See attribute.py.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from gatepost.plugin.attribute import Attribute
from gatepost.plugin.decision import Refusal
from gatepost.plugin.request import Context, media_type
from gatepost.values import Headers

LIMIT = 16_384
"""Bytes of one keyed value."""

_HEX = re.compile(r"%([0-9A-Fa-f]{2})")
_COOKIE = re.compile(r"[ \t\n\v\f\r]*([^= \t\n\v\f\r]+)=(.*?)[ \t\n\v\f\r]*\Z", re.DOTALL)
_SINGLE = {"header", "query", "cookie"}

Keyed = dict[Attribute, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request as the engine sees it after routing.

    path: the normal form. args: the raw query without its question mark. Texts are latin-1.
    client_certificate: verify result, a blank, and the leaf's SHA-256 fingerprint; or None.
    """

    method: str = "GET"
    scheme: str = "http"
    host: str = "localhost"
    port: int = 80
    path: str = "/"
    args: str | None = None
    headers: Headers = field(default_factory=Headers, repr=False)
    body: bytes = field(default=b"", repr=False)
    address: str = "127.0.0.1"
    trusted: bool = False
    sni: str | None = None
    client_certificate: str | None = None

    def context(self, *, id: str = "", route: str = "", unread: bool = False) -> Context:  # noqa: A002
        """Return the rest of the request. unread: as if the engine had not read the body yet."""
        state = "absent" if not self.body else "unread" if unread else "sent"
        return Context(
            id=id,
            method=self.method,
            scheme=self.scheme,
            host=self.host,
            port=self.port,
            path=self.path,
            args=self.args,
            address=self.address,
            trusted=self.trusted,
            route=route,
            headers=self.headers,
            body=self.body if state == "sent" else None,
            body_state=state,
        )


def extract(attributes: Iterable[Attribute], request: HttpRequest) -> Keyed | Refusal:
    """Return every attribute's values, or the refusal (400 or 431) that the engine would give."""
    keyed: Keyed = {}
    for attribute in attributes:
        values = _values(attribute, request)
        if attribute.kind in _SINGLE and len(values) > 1:
            name = attribute.name
            shown = name.title() if attribute.kind == "header" else f"'{name}'"
            message = f"The {attribute.kind} {shown} must come once"
            return Refusal(400, "request.ambiguous", message)
        if any(len(value.encode("utf-8", "surrogateescape")) > LIMIT for value in values):
            message = f"A credential is longer than {LIMIT} bytes"
            return Refusal(431, "request.oversize", message)
        keyed[attribute] = values
    return keyed


def _values(attribute: Attribute, request: HttpRequest) -> tuple[str, ...]:
    kind, name = attribute.kind, attribute.name
    if kind in {"header", "headers"}:
        return request.headers.all(name)
    if kind in {"query", "queries"}:
        return tuple(value for key, value in _arguments(request.args) if key == name)
    if kind in {"cookie", "cookies"}:
        return tuple(value for key, value in _cookies(request.headers) if key == name)
    if kind == "method":
        return (request.method,)
    if kind == "connection":
        return _connection(name, request)
    bit, _, argument = name.partition(":")
    return ("1" if _BITS[bit](request, argument) else "0",)


def _arguments(args: str | None) -> list[tuple[str, str]]:
    pairs = []
    for piece in (args or "").split("&"):
        if piece:
            name, _, value = piece.partition("=")
            pairs.append((_unescaped(name), _unescaped(value)))
    return pairs


def _unescaped(text: str) -> str:
    """Decode once; a broken percent sequence stays as it is. The bytes are read as UTF-8."""
    plain = _HEX.sub(lambda found: chr(int(found[1], 16)), text.replace("+", " "))
    return plain.encode("latin-1", "replace").decode("utf-8", "surrogateescape")


def _cookies(headers: Headers) -> list[tuple[str, str]]:
    found = (_COOKIE.match(piece) for line in headers.all("cookie") for piece in line.split(";"))
    return [(one[1], one[2]) for one in found if one]


def _connection(name: str, request: HttpRequest) -> tuple[str, ...]:
    value = {
        "scheme": request.scheme,
        "host": request.host,
        "port": str(request.port),
        "address": request.address,
        "trusted": "1" if request.trusted else "0",
        "sni": request.sni,
        "client-certificate": request.client_certificate,
    }[name]
    return () if value is None else (value,)


def _body(request: HttpRequest, _: str) -> bool:
    length = request.headers.get("content-length")
    chunked = request.headers.get("transfer-encoding") is not None
    empty = length is None or not length.strip("0 ")
    if not chunked and empty and not request.body:
        return False
    kind = media_type(request.headers)
    form = kind in {"application/x-www-form-urlencoded", "application/json"}
    return form or "+json" in kind


def _preflight(request: HttpRequest, _: str) -> bool:
    asked = "access-control-request-method" in request.headers
    return request.method == "OPTIONS" and "origin" in request.headers and asked


def _navigation(request: HttpRequest, _: str) -> bool:
    headers = request.headers
    mode, accept = headers.get("sec-fetch-mode"), headers.get("accept") or ""
    opens = "text/html" in accept if mode is None else mode == "navigate"
    script = headers.get("x-requested-with") == "XMLHttpRequest"
    return opens and not script and "prefetch" not in (headers.get("sec-purpose") or "")


_BITS: dict[str, Callable[[HttpRequest, str], bool]] = {
    "body": _body,
    "preflight": _preflight,
    "grpc": lambda request, _: media_type(request.headers).startswith("application/grpc"),
    "navigation": _navigation,
    "method": lambda request, names: request.method in names.split(","),
    "path-suffix": lambda request, suffix: request.path.endswith(suffix),
    "query": lambda request, name: any(key == name for key, _ in _arguments(request.args)),
    "cookie-prefix": lambda request, start: any(
        key.startswith(start) for key, _ in _cookies(request.headers)
    ),
}
