"""A policy as text: JSON, an entry of ``kong.yaml``, and a command for a shell.

A secret that was typed is never written into any of them: a name stands in its place.
"""

import json
import shlex
from collections.abc import Mapping
from typing import Any

import yaml

from gatepost.console.parts.form import MASK
from gatepost.console.policies.draft import Draft
from gatepost.console.policies.saying import SCOPES
from gatepost.console.policies.schema import PluginSchema

TYPED = "PUT-THE-SECRET-HERE"
"""What stands in the place of a secret that somebody typed into the form."""

_NOT_WRITTEN = ("id", "created_at", "updated_at")


def shown(schema: PluginSchema, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a body without what the Admin API adds, and without secrets that were typed."""
    kept = {name: value for name, value in body.items() if name not in _NOT_WRITTEN}
    if isinstance(kept.get("config"), Mapping):
        kept["config"] = _hidden(schema, kept["config"], "")
    return kept


def as_json(draft: Draft) -> str:
    """Return what is written, as JSON."""
    return json.dumps(shown(draft.schema, draft.whole()), indent=2, ensure_ascii=False)


def as_yaml(draft: Draft, names: Mapping[str, str]) -> str:
    """Return a ``kong.yaml`` that holds the policy. names: of what it applies to, by id."""
    entry = shown(draft.schema, draft.whole())
    for kind in SCOPES:
        if isinstance(entry.get(kind), Mapping):
            entry[kind] = names.get(entry[kind]["id"], entry[kind]["id"])
    first = {name: entry.pop(name) for name in ("name", "instance_name", *SCOPES) if name in entry}
    document = {"_format_version": "3.0", "plugins": [{**first, **entry}]}
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=False, width=100)


def as_curl(draft: Draft, base: str, *, token: bool) -> str:
    """Return a command that writes it. base: of the Admin API. token: one is needed there."""
    ident = draft.stored.get("id")
    change = draft.patch() if ident else {}
    if ident and change:
        method, path, body = "PATCH", f"/plugins/{ident}", change
    elif ident:
        method, path, body = "PUT", f"/plugins/{ident}", draft.whole()
    else:
        method, path, body = "POST", "/plugins", draft.whole()
    lines = [f"curl -X {method} {shlex.quote(base + path)}"]
    if token:
        lines.append('  -H "Authorization: Bearer $GATEPOST_TOKEN"')
    lines.append("  -H 'Content-Type: application/json'")
    lines.append(f"  --data {shlex.quote(json.dumps(shown(draft.schema, body), indent=1))}")
    return " \\\n".join(lines)


def in_short(schema: PluginSchema, path: str, value: Any) -> str:
    """Return a value in a line, for a list of differences; a secret is not told."""
    field = schema.field(path.removeprefix("config."))
    if field is not None and field.secret:
        value = _secret(value)
    words = "nothing" if value is None or value == [] else json.dumps(value, ensure_ascii=False)
    return words if len(words) <= 200 else f"{words[:200]}…"


def _hidden(schema: PluginSchema, value: Mapping[str, Any], before: str) -> dict[str, Any]:
    found = {}
    for name, inner in value.items():
        path = f"{before}{name}"
        field = schema.field(path)
        if field is not None and field.secret:
            found[name] = _secret(inner)
        elif field is None and isinstance(inner, Mapping):
            found[name] = _hidden(schema, inner, f"{path}.")
        else:
            found[name] = inner
    return found


def _secret(value: Any) -> Any:
    match value:
        case list():
            return [_secret(one) for one in value]
        case dict():
            return {name: _secret(one) for name, one in value.items()}
        case str() if value and value != MASK and not is_reference(value):
            return TYPED
    return value


def is_reference(text: str) -> bool:
    """Say whether a text stands for a value in a vault."""
    return text.startswith("{vault://") and text.endswith("}")
