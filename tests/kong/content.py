"""The file: read with its environment variables, several merged, checked for its version."""

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

Content = dict[str, Any]

LISTS = (
    *("services", "routes", "consumers", "consumer_groups", "plugins", "filter_chains"),
    *("upstreams", "certificates", "ca_certificates", "vaults", "partials", "keys", "key_sets"),
)
SETTINGS = (
    *("_format_version", "_info", "_workspace", "_konnect", "_plugin_configs", "_comment"),
    *("_transform", "_ignore"),
)
DEFAULTABLE = {"service": "name", "route": "name", "upstream": "name", "target": "target"}

_TEMPLATE = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_ENV = re.compile(r"""^env\s+["`]([^"`]*)["`]$""")
_TRUE, _FALSE = ("1", "t", "T", "TRUE", "true", "True"), ("0", "f", "F", "FALSE", "false", "False")


class BadFile(Exception):
    """A file that decK would not work with."""


def _variable(name: str, environment: Mapping[str, str]) -> str:
    if not name.startswith("DECK_"):
        raise BadFile(f"environment variables must be prefixed with 'DECK_', found: '{name}'")
    if name not in environment:
        raise BadFile(f"environment variable '{name}' present in state file but not set")
    return environment[name]


def _convert(function: str, value: str) -> str:
    match function:
        case "toBool" if value in _TRUE + _FALSE:
            return "true" if value in _TRUE else "false"
        case "toInt":
            return str(int(value))
        case "toFloat":
            return repr(float(value))
    raise BadFile(f"not a template function, or not for this value: {function}")


def _evaluate(expression: str, environment: Mapping[str, str]) -> str:
    first, *rest = (part.strip() for part in expression.split("|"))
    called = re.match(r"^(to\w+)\s+\(?\s*(.*?)\s*\)?$", first)
    if called:
        first, rest = called[2], [called[1], *rest]
    found = _ENV.match(first.strip("() "))
    if found is None:
        raise BadFile(f"not understood in a template: {expression.strip()}")
    value = _variable(found[1], environment)
    for function in rest:
        value = _convert(function, value)
    return value


def render(text: str, environment: Mapping[str, str] | None = None) -> str:
    """Put in what ${{ env "DECK_X" }} stands for. Raises BadFile."""
    known = os.environ if environment is None else environment
    return _TEMPLATE.sub(lambda found: _evaluate(found[1], known), text)


def parse(text: str, environment: Mapping[str, str] | None = None) -> Content:
    """Return what a file says. Raises BadFile for what decK's own schema of files refuses."""
    content = yaml.safe_load(render(text, environment)) or {}
    if not isinstance(content, dict):
        raise BadFile("the file is not a mapping")
    unknown = sorted(set(content) - set(LISTS) - set(SETTINGS))
    if unknown:
        raise BadFile(f"additional properties are not allowed: {', '.join(unknown)}")
    version = content.get("_format_version")
    if version is not None and not isinstance(version, str):
        raise BadFile('_format_version: expected a string, as in "3.0"')
    for name, key in DEFAULTABLE.items():
        given = ((content.get("_info") or {}).get("defaults") or {}).get(name) or {}
        if {"id", key} & set(given):
            raise BadFile(f"{name} defaults cannot have these restricted fields set: id, {key}")
    return content


def read(files: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> Content:
    """Read and merge files: lists grow, settings must not contradict one another."""
    merged: Content = {}
    for file in files:
        for name, value in parse(Path(file).read_text(encoding="utf-8"), environment).items():
            if name in LISTS:
                merged[name] = [*merged.get(name, []), *(value or [])]
            elif name in merged and merged[name] != value and name == "_format_version":
                raise BadFile("the files differ in _format_version")
            elif isinstance(value, dict):
                merged[name] = {**merged.get(name, {}), **value}
            else:
                merged[name] = value
    return merged


def check_version(content: Content, kong: tuple[int, int, int]) -> None:
    """Refuse a file of an older format for a server of version 3.0 and later. Raises BadFile."""
    version = content.get("_format_version") or "0.1"
    if kong >= (3, 0, 0) and version != "3.0":
        raise BadFile(
            f"cannot apply '{version}' config format version to Kong version 3.0 or above"
        )


def select_tags(content: Content, asked: Sequence[str]) -> list[str]:
    """Return the tags that a run is limited to. Raises BadFile where file and command differ."""
    in_file = list(dict.fromkeys((content.get("_info") or {}).get("select_tags") or ()))
    if in_file and asked and sorted(in_file) != sorted(asked):
        raise BadFile("tags specified in the state file and via --select-tag are different")
    return in_file or list(dict.fromkeys(asked))
