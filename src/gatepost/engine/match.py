"""Which route a request takes: the whole order, tried one by one.

Slow and obviously right. ``gatepost explain`` shows it, and the tests hold the engine's look-up
(buckets, tiers, prefix tables) against it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gatepost.engine.rank import Place
from gatepost.values import By, Fault

_NAMED_GROUP = re.compile(r"\(\?<(?=[A-Za-z_])")


@dataclass(frozen=True, slots=True)
class Asked:
    """What routing looks at. path: in normal form. host: lower case, without port or final dot.

    port: of the Host header, else the scheme's. headers: names in lower case. sni: the TLS server
    name; None on a connection without TLS.
    """

    host: str
    path: str
    method: str = "GET"
    port: int = 80
    sni: str | None = None
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Match:
    """A route, and how many characters of the path matched (0 for a route without paths)."""

    place: Place
    length: int


def match(places: Iterable[Place], asked: Asked) -> Match | None:
    """Return the first place that fits, of places in their order; None when none does."""
    for place in places:
        length = _path_length(place, asked.path)
        if length is None:
            continue
        route = place.route
        if (
            (not route.methods or asked.method in route.methods)
            and (not route.hosts or any(host_fits(one, asked) for one in route.hosts))
            and all(_header_fits(name, want, asked) for name, want in route.headers.items())
            and (not route.snis or asked.sni is None or _sni_fits(route.snis, asked.sni))
        ):
            return Match(place, length)
    return None


def _path_length(place: Place, path: str) -> int | None:
    if place.path is None:
        return 0
    if place.regex is not None:
        found = _regex(place.regex).match(path)
        return None if found is None else found.end()
    return len(place.path) if path.startswith(place.path) else None


def _regex(text: str, flags: int = 0) -> re.Pattern[str]:
    """Read PCRE as far as Python can; Fault (operator) ``engine.regex_unread`` beyond that."""
    try:
        return re.compile(_NAMED_GROUP.sub("(?P<", text), flags)
    except re.error as error:
        raise Fault(
            "engine.regex_unread",
            "A regular expression of a route can be used, but not be explained: it has forms of "
            "PCRE that Python does not read.",
            by=By.OPERATOR,
            cause=f"{text}: {error.msg}",
        ) from None


def host_fits(pattern: str, asked: Asked) -> bool:
    """Say whether a route's host (exact, ``*.x``, ``x.*``, each with a port or without) fits."""
    name, port = split_port(pattern)
    if port is not None and port != asked.port:
        return False
    if name.startswith("*."):
        return asked.host.endswith(name[1:]) and len(asked.host) > len(name) - 1
    if name.endswith(".*"):
        return asked.host.startswith(name[:-1]) and len(asked.host) > len(name) - 1
    return asked.host == name


def split_port(pattern: str) -> tuple[str, int | None]:
    """Split a route's host into the name, without a final dot, and the port."""
    name, colon, port = pattern.rpartition(":")
    if not colon or not port.isdigit():
        return pattern.removesuffix("."), None
    return name.removesuffix("."), int(port)


def _header_fits(name: str, wanted: tuple[str, ...], asked: Asked) -> bool:
    values = asked.headers.get(name.lower(), ())
    if len(wanted) == 1 and wanted[0].startswith("~*"):
        regex = _regex(wanted[0][2:], re.IGNORECASE)
        return any(regex.search(value) for value in values)
    lowered = {value.lower() for value in wanted}
    return any(value.lower() in lowered for value in values)


def _sni_fits(wanted: tuple[str, ...], sni: str) -> bool:
    asked = Asked(host=sni.lower().removesuffix("."), path="/")
    return any(host_fits(one, asked) for one in wanted)
