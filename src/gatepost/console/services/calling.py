"""How a route is called: a line for a shell, and what it matches in a sentence. Pure."""

import shlex
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

UNKNOWN = "http://localhost:8000"
"""A gateway's address where none is known: where Kong and Gatepost serve by themselves."""

_PLAIN = "*"


def command(route: Mapping[str, Any], gateway: str) -> str:
    """Return a ``curl`` command that the route matches, as far as that can be said.

    A regular expression and a pattern of hosts have to be filled in by hand: they are given as
    they are.
    """
    words = ["curl", "-i"]
    method = (route.get("methods") or ["GET"])[0]
    if method == "HEAD":
        words = ["curl", "--head"]
    elif method != "GET":
        words += ["-X", method]
    host = next(iter(route.get("hosts") or ()), None)
    if host:
        words += ["-H", f"Host: {host}"]
    for name, values in (route.get("headers") or {}).items():
        if values:
            words += ["-H", f"{name}: {values[0]}"]
    path = next(iter(route.get("paths") or ("/",)))
    base = gateway.rstrip("/")
    return " ".join(shlex.quote(word) for word in [*words, base + path.removeprefix("~")])


def needs_filling(route: Mapping[str, Any]) -> bool:
    """Say whether the command holds a pattern that somebody has to fill in."""
    path = next(iter(route.get("paths") or ("/",)))
    host = next(iter(route.get("hosts") or ("",)))
    values = [one for each in (route.get("headers") or {}).values() for one in each[:1]]
    return path.startswith("~") or _PLAIN in host or any(one.startswith("~*") for one in values)


def best(gateways: Sequence[Mapping[str, Any]], route: Mapping[str, Any]) -> str | None:
    """Return the address of a gateway that speaks one of the route's protocols."""
    spoken = set(route.get("protocols") or ("http", "https"))
    fitting = [str(one["url"]) for one in gateways if urlsplit(str(one["url"])).scheme in spoken]
    return fitting[0] if fitting else None


def matches(route: Mapping[str, Any]) -> str:
    """Return in one line what a route takes: ``GET, POST · api.example.com · /orders``."""
    parts = [
        ", ".join(route.get("methods") or ()),
        ", ".join(route.get("hosts") or ()),
        ", ".join(route.get("paths") or ()),
        ", ".join(f"{name}: {' or '.join(v)}" for name, v in (route.get("headers") or {}).items()),
        ", ".join(f"SNI {one}" for one in route.get("snis") or ()),
    ]
    return " · ".join(part for part in parts if part) or "everything"


def place(service: Mapping[str, Any]) -> str:
    """Return where a gateway service runs, as one URL."""
    protocol, port = service.get("protocol") or "http", service.get("port")
    usual = {"http": 80, "https": 443}.get(protocol)
    where = f":{port}" if port and port != usual else ""
    return f"{protocol}://{service.get('host')}{where}{service.get('path') or ''}"
