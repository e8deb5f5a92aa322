"""What a file tells, whoever wrote it: of each kind what is wanted, nothing for anything else."""

from collections.abc import Mapping
from typing import Any

MOST = 200
"""Calls of a collection that are taken."""


def an_object(value: Any) -> Mapping[str, Any]:
    """Return an object, an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def objects(value: Any) -> list[Mapping[str, Any]]:
    """Return the objects of a list; none for anything else."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def a_text(value: Any) -> str:
    """Return a text, an empty one for anything else; what is cut in two is no text."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def split(url: str) -> tuple[str, str]:
    """Return a URL as what is before its path, and its path with the query."""
    scheme, mark, rest = url.partition("://")
    if not mark:
        return "", url if url.startswith("/") else f"/{url}"
    host, slash, path = rest.partition("/")
    host, ask, query = host.partition("?")
    return f"{scheme}://{host}", (f"{slash}{path}" if slash else "/" + ask + query)
