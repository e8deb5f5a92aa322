"""How decK fills in what a file leaves out, from the schemas that the server describes.

A schema is Kong's form: {"fields": [{name: {type, default, required, fields, elements, …}}]}, with
"shorthand_fields" for old spellings and what replaced them.
"""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]
Config = dict[str, Any]
Paths = list[list[str]]


@dataclass(frozen=True)
class Filling:
    """What is filled in: everything (to compare), or the generated fields alone (to send)."""

    defaults: bool = True
    auto: bool = True


TO_COMPARE = Filling()
TO_SEND = Filling(defaults=False)


def fields_of(schema: Schema, key: str = "fields") -> Iterator[tuple[str, Schema]]:
    """Yield the name and the description of each field."""
    for one in schema.get(key) or ():
        yield from one.items()


def config_schema(schema: Schema) -> Schema:
    """Return what a plugin's schema says about its config. Raises ValueError where it is silent."""
    for name, described in fields_of(schema):
        if name == "config":
            return described
    raise ValueError("no 'config' field found in schema")


def default_protocols(schema: Schema) -> list[str] | None:
    """Return the protocols that a plugin has when the file gives none."""
    for name, described in fields_of(schema):
        if name == "protocols" and described.get("default") is not None:
            return list(described["default"])
    return None


def replacements(shorthand: Schema) -> Paths | None:
    """Return the paths that took the place of an old spelling, None for a mere shorthand."""
    replaced = (shorthand.get("deprecation") or {}).get("replaced_with") or ()
    if replaced:
        return [list(one["path"]) for one in replaced]
    backwards = shorthand.get("translate_backwards")
    return None if backwards is None else [list(backwards)]


def _old_spellings(schema: Schema, config: Config) -> dict[str, Paths]:
    found = {}
    for name, described in fields_of(schema, "shorthand_fields"):
        paths = replacements(described)
        if paths is not None and name in config:
            found[name] = paths
    return found


def _inside(field: str, olds: dict[str, Paths]) -> dict[str, Paths]:
    """Return the old spellings whose new place lies inside a field, seen from there."""
    inner = {
        name: [path[1:] for path in paths if path and path[0] == field]
        for name, paths in olds.items()
    }
    return {name: paths for name, paths in inner.items() if paths}


def _is_said_in_old_words(field: str, olds: dict[str, Paths]) -> bool:
    return any(path and path[0] == field for paths in olds.values() for path in paths)


def _is_complete(described: Schema, value: Any) -> bool:
    """Whether a value that the file has stands as it is, without a look inside."""
    if isinstance(value, dict):
        is_free_map = "keys" in described and "values" in described
        return is_free_map or described.get("type") == "json"
    if isinstance(value, list):
        return (described.get("elements") or {}).get("type") != "record"
    return True


def fill(
    schema: Schema,
    config: Config,
    filling: Filling = TO_COMPARE,
    parent: dict[str, Paths] | None = None,
) -> Config:
    """Return a config with what it leaves out. A field that an old spelling sets is left alone."""
    filled = copy.deepcopy(config)
    olds = {**_old_spellings(schema, config), **(parent or {})}
    of_record = schema.get("default")
    for name, described in fields_of(schema):
        if name in config and _is_complete(described, config[name]):
            continue
        value, kind = config.get(name), described.get("type")
        if kind == "record" and (value is not None or described.get("required")):
            inner = value if isinstance(value, dict) else {}
            record = fill(described, inner, filling, _inside(name, olds))
            if filling.defaults and record:
                filled[name] = record
            continue
        if _is_said_in_old_words(name, olds):
            continue
        if kind in ("array", "set") and isinstance(value, list) and value:
            filled[name] = [
                fill(described["elements"], one, filling, olds) if isinstance(one, dict) else one
                for one in value
            ]
            continue
        is_auto = bool(described.get("auto"))
        if (is_auto and not filling.auto) or (not is_auto and not filling.defaults):
            continue
        if isinstance(of_record, Mapping) and name in of_record:
            filled[name] = copy.deepcopy(of_record[name])
        else:
            filled[name] = copy.deepcopy(described.get("default"))
    return filled


def _look(config: Config, path: list[str]) -> tuple[Any, bool]:
    """Follow a path as decK does: what ends in a record was not found."""
    if not path:
        return None, False
    value = config.get(path[0])
    if isinstance(value, dict):
        return _look(value, path[1:])
    return value, path[0] in config


def _drop(config: Config, path: list[str]) -> None:
    """Take a path out, and each record that is empty after that."""
    if len(path) == 1:
        config.pop(path[0], None)
    elif path and isinstance(config.get(path[0]), dict):
        _drop(config[path[0]], path[1:])
        if not config[path[0]]:
            del config[path[0]]


def reconcile_old_spellings(wanted: Config, current: Config, schema: Schema) -> None:
    """Take out of both configs what only one of them can say, before they are compared.

    A server answers with the old spellings and the new ones. A file that uses an old one is held
    against the old one of the answer, and the new field is dropped; a file that does not use it
    drops the old one of the answer. Both configs are changed in place.
    """
    for name, described in fields_of(schema, "shorthand_fields"):
        if name not in wanted:
            current.pop(name, None)
            continue
        for path in replacements(described) or ():
            value, is_there = _look(wanted, path)
            if not is_there:
                _drop(current, path)
            elif value is None and wanted[name] is not None:
                _drop(wanted, path)
                _drop(current, path)
    for name, described in fields_of(schema):
        if described.get("type") == "record":
            inner, other = wanted.get(name), current.get(name)
            if isinstance(inner, dict) and isinstance(other, dict):
                reconcile_old_spellings(inner, other, described)


def entity_defaults(schema: Schema) -> Config:
    """Return the defaults of an entity, record by record, without the fields that have none."""
    found: Config = {}
    for name, described in fields_of(schema):
        if described.get("type") == "record":
            inner = entity_defaults(described)
            if inner:
                found[name] = inner
        elif described.get("default") is not None:
            found[name] = copy.deepcopy(described["default"])
    return found


def merge(entity: Config, defaults: Config) -> None:
    """Give an entity the defaults of what is absent or empty in it; false and 0 are values."""
    for name, default in defaults.items():
        value = entity.get(name)
        if isinstance(value, dict) and value and isinstance(default, dict):
            merge(value, default)
        elif value is None or value in ("", [], {}):
            entity[name] = copy.deepcopy(default)
