"""A request as a person describes it, and as the engine would see it."""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

from gatepost.engine import normal
from gatepost.plugin import HttpRequest
from gatepost.values import By, Fault, Headers

_METHOD = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}")
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Described:
    """A request. address: the client's."""

    url: str
    method: str
    headers: Headers = field(repr=False)
    body: bytes = field(repr=False)
    address: str

    @classmethod
    def of(
        cls,
        url: str,
        method: str | None,
        headers: Iterable[tuple[str, str]],
        body: bytes,
        address: str = "127.0.0.1",
    ) -> Self:
        """Return a request; what a client would add to a body is added.

        method: None is GET, or POST with a body. Raises Fault (operator) ``explain.malformed``.
        """
        try:
            ipaddress.ip_address(address)
        except ValueError:
            raise malformed(f"address {address[:100]!r} is not an IP address.") from None
        fields = list(headers)
        for name, value in fields:
            if not _METHOD.fullmatch(name) or any(letter in value for letter in "\r\n\0"):
                raise malformed(f"header {name[:60]!a}: the gateway refuses this with 400.")
        if body and "content-type" not in Headers(fields):
            fields.append(("Content-Type", _FORM))
        if body and "content-length" not in Headers(fields):
            fields.append(("Content-Length", str(len(body))))
        chosen = method or ("POST" if body else "GET")
        if not _METHOD.fullmatch(chosen):
            raise malformed("method: write GET, POST or another method of HTTP.")
        return cls(url, chosen, Headers(fields), body, address)

    def request(self) -> HttpRequest:
        """Return it as the engine sees it. Raises Fault (operator) ``explain.malformed``."""
        shown = self.url.split("?")[0][:500]
        try:
            parts = urlsplit(self.url)
            port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
        except ValueError as error:
            raise malformed(f"url {shown!r}: {error}.") from None
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise malformed(f"url {shown!r}: write http://HOST/PATH or https://HOST/PATH.")
        try:
            path = normal(parts.path or "/")
        except ValueError as error:
            raise malformed(f"The gateway refuses this with 400: {error}") from None
        return HttpRequest(
            method=self.method,
            scheme=parts.scheme,
            host=parts.hostname.lower().removesuffix("."),
            port=port,
            path=path,
            args=parts.query or None,
            headers=self.headers,
            body=self.body,
            address=self.address,
            sni=parts.hostname if parts.scheme == "https" else None,
        )


def malformed(message: str) -> Fault:
    """Return the fault of a request that nobody could send."""
    return Fault("explain.malformed", message, by=By.OPERATOR)
