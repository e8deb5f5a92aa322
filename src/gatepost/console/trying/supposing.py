"""What somebody changed in a table of claims or in a policy, as ``POST /explain`` supposes it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any


def shown(value: Any) -> str:
    """Return a claim's value as it stands in the table: a text as it is, else as JSON.

    A text that would be read as something else (``true``, ``12``) stands in quotes.
    """
    if isinstance(value, str) and _read(value) == value:
        return value
    return json.dumps(value, ensure_ascii=False)


def claims_changed(claims: Mapping[str, Any], rows: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Return what is other in the table than in the claims; None for what was taken away."""
    told = {name.strip(): _read(value) for name, value in rows if name.strip()}
    changed = {name: value for name, value in told.items() if claims.get(name, _NONE) != value}
    return {**changed, **{name: None for name in claims if name not in told}}


def config_changed(plugin: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is other than in the plugin: ``enabled``, and the fields of ``config``.

    A field that was taken out is as if it was never set (null). Masked secrets are not sent back.
    """
    change: dict[str, Any] = {}
    if bool(told.get("enabled")) != bool(plugin.get("enabled", True)):
        change["enabled"] = bool(told.get("enabled"))
    before = plugin.get("config") or {}
    after = told.get("config")
    after = after if isinstance(after, Mapping) else {}
    fields = {name: value for name, value in after.items() if before.get(name) != value}
    gone = {name: None for name, one in before.items() if one is not None and name not in after}
    if fields or gone:
        change["config"] = {**fields, **gone}
    return change


def own_config(config: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a configuration that are not as they are by default.

    Each once: what is only another name of a field (``shorthand_fields``) is left out.

    schema: of ``GET /schemas/plugins/NAME``, in Kong's form.
    """
    whole = _fields(schema).get("config") or {}
    names = _fields({"fields": whole.get("shorthand_fields")})
    kept = {name: value for name, value in config.items() if name not in names}
    return _own(kept, _fields(whole))


def _own(config: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in config.items():
        field = fields.get(name) or {}
        inner = _fields(field)
        if isinstance(value, Mapping) and inner:
            kept = _own(value, inner)
            if kept:
                found[name] = kept
        elif value is not None and value != field.get("default"):
            found[name] = value
    return found


def _fields(schema: Mapping[str, Any]) -> dict[str, Any]:
    told = schema.get("fields")
    if not isinstance(told, list):
        return {}
    return {name: field for one in told if isinstance(one, dict) for name, field in one.items()}


_NONE = object()


def _read(text: str) -> Any:
    """Return the JSON that a text is; the text where it is none."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value
