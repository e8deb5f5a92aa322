"""What an OpenAPI document says, as far as a page lists it: title, operations, summaries.

Pure. The text is somebody's: nothing in it is followed, no reference is resolved, and what has
another shape than it should is passed over.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from gatepost.model.api_description import check_description

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
MOST = 500
"""Operations that are listed."""

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # texts, maps and lists: nothing else
_ODD = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be called. tag: the first of them, empty for none."""

    method: str
    path: str
    summary: str
    tag: str = ""
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class Specification:
    """What is shown. kind: ``OpenAPI 3.1.0``; left: operations that are not listed."""

    kind: str
    title: str
    version: str
    operations: tuple[Operation, ...]
    left: int = 0


def read(source: str) -> Specification:
    """Return what a document says. ValueError when it is none; it says what is wrong."""
    try:
        check_description(source)  # a reader in C ends the process where something is too deep
    except ValueError as error:
        raise ValueError(f"This is no OpenAPI document: {error}.") from None
    document = _map(_parsed(source))
    told = document.get("openapi") or document.get("swagger") or ""
    name = "OpenAPI" if "openapi" in document else "Swagger"
    about = _map(document.get("info"))
    operations = list(_operations(_map(document.get("paths"))))
    return Specification(
        f"{name} {told}",
        str(about.get("title") or ""),
        str(about.get("version") or ""),
        tuple(operations[:MOST]),
        max(0, len(operations) - MOST),
    )


def is_json(source: str) -> bool:
    """Say whether a document is written as JSON."""
    return source.lstrip().startswith("{")


def file_name(words: str, source: str) -> str:
    """Return a name for the downloaded file that no file system minds."""
    stem = _ODD.sub("-", words).strip("-.")[:80] or "api"
    return f"{stem}.openapi.{'json' if is_json(source) else 'yaml'}"


def _parsed(source: str) -> Any:
    if is_json(source):
        try:
            return json.loads(source)
        except (ValueError, RecursionError):
            pass  # YAML has maps in braces too
    try:
        return yaml.load(source, Loader=_LOADER)  # noqa: S506 -- it makes texts
    except (yaml.YAMLError, ValueError, TypeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        raise ValueError(f"This cannot be read{where}.") from None


def _operations(paths: Mapping[Any, Any]) -> Any:
    for path, item in paths.items():
        for method, one in _map(item).items():
            if str(method).lower() not in METHODS or not isinstance(one, Mapping):
                continue
            tags = one.get("tags")
            summary = str(one.get("summary") or one.get("operationId") or "")
            if not summary:
                summary = str(one.get("description") or "").strip().partition("\n")[0]
            yield Operation(
                str(method).upper(),
                str(path),
                summary[:300],
                str(tags[0]) if isinstance(tags, list) and tags else "",
                one.get("deprecated") in (True, "true"),
            )


def _map(value: Any) -> Mapping[Any, Any]:
    return value if isinstance(value, Mapping) else {}
