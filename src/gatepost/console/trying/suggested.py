"""What a route suggests to be sent: a request that fits it, and what its policies want."""

from collections.abc import Iterable, Mapping
from typing import Any

from gatepost.console.trying.trial import Trial


def fits(route: Mapping[str, Any], trial: Trial) -> None:
    """Fill in a request that the route matches, as far as that can be said without a regex."""
    paths = [str(one) for one in route.get("paths") or ()]
    plain = [one for one in paths if one.startswith("/")]
    trial.path = plain[0] if plain else (_of_regex(paths[0]) if paths else "") or "/"
    methods = [str(one) for one in route.get("methods") or ()]
    trial.method = "GET" if not methods or "GET" in methods else methods[0]
    hosts = [str(one) for one in route.get("hosts") or ()]
    trial.host = hosts[0].replace("*", "www") if hosts else ""
    headers = route.get("headers") or {}
    trial.headers = tuple(
        (str(name), str(values[0])) for name, values in headers.items() if values and name
    )


def issuers(plugins: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the issuers that policies name, in their order."""
    named = [_config(one).get("issuer") for one in plugins if one.get("enabled", True)]
    return list(dict.fromkeys(str(one) for one in named if one))


def scopes(plugins: Iterable[Mapping[str, Any]]) -> str:
    """Return the scopes that policies want, as a token is asked for them."""
    words: list[str] = []
    for one in plugins:
        required = _config(one).get("scopes_required")
        # each entry holds alternatives, of which the first is as good as any
        words += str(required[0]).split() if isinstance(required, list) and required else []
    return " ".join(dict.fromkeys(words))


def methods(plugins: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the ways in that policies know (``auth_methods``)."""
    found = [_config(one).get("auth_methods") for one in plugins if one.get("enabled", True)]
    return list(dict.fromkeys(str(way) for ways in found for way in ways or ()))


def _config(plugin: Mapping[str, Any]) -> Mapping[str, Any]:
    config = plugin.get("config")
    return config if isinstance(config, Mapping) else {}


def _of_regex(path: str) -> str:
    """Return the beginning of a regex that is no regex yet."""
    plain = path.removeprefix("~").removeprefix("^")
    ends = [place for place, letter in enumerate(plain) if letter in "\\()[]{}?*+|^$."]
    return plain[: ends[0]] if ends else plain
