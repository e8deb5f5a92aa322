"""A service: the upstream API that routes lead to."""

from collections.abc import Iterable
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, StrictStr

from gatepost.model.address import Host
from gatepost.model.entity import Entity, rule
from gatepost.model.path import PlainPath
from gatepost.model.text import Boolean, Id, Integer, Name, Port, Timeout, between, one_of
from gatepost.model.violation import Violation

_PROTOCOLS = one_of(
    "http",
    "https",
    "grpc",
    "grpcs",
    later=("tcp", "tls", "tls_passthrough", "udp", "ws", "wss"),
)
_TLS = ("tls_verify", "tls_verify_depth", "ca_certificates", "client_certificate")
_PORTS = {"http": 80, "https": 443, "grpc": 80, "grpcs": 443}


class Service(Entity):
    """Kong's service. Timeouts are milliseconds; references are ids.

    ``url`` is a shorthand for protocol, host, port and path; they must not stand beside it.
    """

    name: Name | None = None
    protocol: Annotated[StrictStr, AfterValidator(_PROTOCOLS)] = "http"
    host: Host
    port: Port = 80
    path: PlainPath | None = None
    retries: Annotated[Integer, between(0, 32767)] = 5
    connect_timeout: Timeout = 60000
    write_timeout: Timeout = 60000
    read_timeout: Timeout = 60000
    enabled: Boolean = True
    tls_verify: Boolean | None = None
    tls_verify_depth: Annotated[Integer, between(0, 64)] | None = None
    ca_certificates: tuple[Id, ...] = ()
    client_certificate: Id | None = None

    @classmethod
    def known(cls) -> list[str]:
        """Return the fields and the shorthand."""
        return [*super().known(), "url"]

    @classmethod
    def prepared(cls, data: dict[str, Any]) -> tuple[dict[str, Any], list[Violation]]:
        """Expand ``url``."""
        if "url" not in data:
            return data, []
        data = dict(data)
        url = data.pop("url")
        beside = sorted(data.keys() & {"protocol", "host", "port", "path"})
        if beside:
            return data, [Violation(("url",), f"cannot be set beside {', '.join(beside)}")]
        try:
            parts = _split(url)
        except ValueError as error:
            # a stand-in, so that the missing host is not told as a second mistake
            return data | {"host": "invalid"}, [Violation(("url",), str(error))]
        return data | parts, []

    @rule("protocol", "path")
    def _path_needs_http(self) -> Iterable[Violation]:
        if self.path is not None and self.protocol in {"grpc", "grpcs"}:
            yield Violation(("path",), f"must not be set when 'protocol' is '{self.protocol}'")

    @rule("protocol", *_TLS)
    def _tls_needs_https(self) -> Iterable[Violation]:
        if self.protocol == "https":
            return
        for name in _TLS:
            if getattr(self, name) not in (None, (), [], False):
                yield Violation((name,), "can only be set when 'protocol' is 'https'")


def _split(url: Any) -> dict[str, Any]:
    if not isinstance(url, str):
        raise ValueError("expected a string")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("could not parse url") from None
    if not parts.scheme or "://" not in url:
        raise ValueError("missing scheme in url; write it as https://host:port/path")
    if not parts.hostname:
        raise ValueError("missing host in url")
    if "@" in parts.netloc or parts.query or parts.fragment or "?" in url or "#" in url:
        raise ValueError("must not have a user, a query or a fragment")
    # hostname is lower-cased by the parser; the spelling of the file is kept
    host = parts.netloc if port is None else parts.netloc.rpartition(":")[0]
    found: dict[str, Any] = {
        "protocol": parts.scheme,
        "host": host.removesuffix(":"),
        "port": _PORTS.get(parts.scheme, 80) if port is None else port,
    }
    if parts.path:
        found["path"] = parts.path
    return found
