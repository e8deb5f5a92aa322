"""A place to listen or to call: host and port, written as people write them."""

import ipaddress
from dataclasses import dataclass
from typing import Self

from gatepost.values.fault import By, Fault


@dataclass(frozen=True, slots=True)
class Address:
    """Host (without brackets) and port; port 0 asks the system for a free one."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str, *, default_port: int = 0) -> Self:
        """Read ``host:port``, ``host``, ``:port``, ``port`` or ``[v6]:port``.

        A host that is left out is 127.0.0.1. Raises Fault ``listen.malformed`` (operator).
        """
        if text.isascii() and text.isdigit():
            text = f":{text}"
        if text.startswith("["):
            host, bracket, rest = text[1:].partition("]")
            if not bracket or (rest and not rest.startswith(":")):
                raise _malformed(text)
            port = rest[1:] if rest else ""
        elif text.count(":") > 1:
            host, port = text, ""
        else:
            host, _, port = text.partition(":")
        if ":" in host and not _is_v6(host):
            raise _malformed(text)
        if any(letter.isspace() or letter in "/@?#[]" for letter in host):
            raise _malformed(text)
        if not port:
            return cls(host or "127.0.0.1", default_port)
        if not (port.isascii() and port.isdigit() and int(port) <= 65535):
            raise _malformed(text)
        return cls(host or "127.0.0.1", int(port))

    @classmethod
    def parse_all(cls, text: str, *, default_port: int = 0) -> tuple[Self, ...]:
        """Read addresses with commas between them, one at least; raises as ``parse``."""
        pieces = [piece.strip() for piece in text.split(",")]
        if not all(pieces):
            raise _malformed(text)
        return tuple(cls.parse(piece, default_port=default_port) for piece in pieces)

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach it; names other than ``localhost`` never count."""
        if self.host.lower() == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def require_loopback(self, what: str) -> None:
        """Raise Fault ``listen.not_loopback`` (operator) unless only this machine reaches it."""
        if not self.loopback:
            raise Fault(
                "listen.not_loopback",
                f"{what} listens on loopback only; {self} can be reached from elsewhere. "
                "Use 127.0.0.1, [::1] or localhost.",
                by=By.OPERATOR,
            )

    def with_port(self, port: int) -> Self:
        """Return the same host with another port."""
        return type(self)(self.host, port)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def _is_v6(host: str) -> bool:
    try:
        ipaddress.IPv6Address(host)
    except ValueError:
        return False
    return True


def _malformed(text: str) -> Fault:
    return Fault(
        "listen.malformed",
        f"{text!r} is not an address. Write host:port, such as 127.0.0.1:8180.",
        by=By.OPERATOR,
    )
