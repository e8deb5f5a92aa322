"""A plugin's schema, as the Admin API tells it in Kong's form, read for people and for forms.

Nothing here knows any plugin: whatever has a schema gets a form.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

UNTITLED = "Settings"
"""The heading of fields that have none."""


@dataclass(frozen=True, slots=True)
class SchemaField:
    """One field. path: names that lead to it in the configuration, joined by dots.

    kind: Kong's word (``string``, ``set``, ``record``, …). elements: that of what a list holds.
    required: it has no default, and must be given. secret: it is masked. one_of: what it may be.
    """

    path: str
    kind: str
    elements: str
    default: Any
    required: bool
    secret: bool
    referenceable: bool
    help: str
    section: str
    at_work: bool
    one_of: tuple[Any, ...]

    def differs(self, value: Any) -> bool:
        """Say whether a value is another than the default; what is not at work never is."""
        return self.at_work and bool(empty(value) != empty(self.default))

    @property
    def label(self) -> str:
        """Return its name without underscores: ``cache_ttl`` as ``Cache ttl``."""
        words = self.path.replace("_", " ").replace(".", " · ")
        return words[:1].upper() + words[1:]


@dataclass(frozen=True, slots=True)
class PluginSchema:
    """All fields of a plugin, in the order of its schema. scopes: what it may be tied to."""

    name: str
    fields: tuple[SchemaField, ...]
    scopes: tuple[str, ...]
    protocols: tuple[str, ...]
    by_path: Mapping[str, SchemaField]

    def field(self, path: str) -> SchemaField | None:
        """Return a field by its path."""
        return self.by_path.get(path)

    def sections(self) -> dict[str, list[SchemaField]]:
        """Return the fields that do something, by heading."""
        found: dict[str, list[SchemaField]] = {}
        for one in self.fields:
            if one.at_work:
                found.setdefault(one.section or UNTITLED, []).append(one)
        return found

    def asleep(self) -> list[SchemaField]:
        """Return the fields that are known and do nothing yet: they are not offered."""
        return [one for one in self.fields if not one.at_work]

    def search(self, words: str) -> list[SchemaField]:
        """Return the fields in whose name, heading or help all words stand."""
        wanted = words.casefold().replace("_", " ").split()
        return [
            one
            for one in self.fields
            if one.at_work
            and all(
                word in f"{one.path} {one.section} {one.help}".casefold().replace("_", " ")
                for word in wanted
            )
        ]


def read_schema(name: str, told: Mapping[str, Any]) -> PluginSchema:
    """Read ``GET /schemas/plugins/{name}``. Old spellings in it are not offered."""
    top = dict(_pairs(told.get("fields") or ()))
    config = top.get("config") or {}
    scopes = [
        kind
        for kind in ("service", "route", "consumer")
        # Kong says of a plugin that cannot have one: it equals null
        if not ("eq" in (top.get(kind) or {}) and top[kind]["eq"] is None)
    ]
    protocols = (top.get("protocols") or {}).get("default") or ()
    fields = tuple(_fields(config.get("fields") or (), "", ""))
    by_path = {one.path: one for one in fields}
    return PluginSchema(name, fields, tuple(scopes), tuple(protocols), by_path)


def _fields(
    entries: Any, before: str, section: str, *, at_work: bool = True
) -> Iterator[SchemaField]:
    for name, form in _pairs(entries):
        path = f"{before}{name}"
        heading = str(form.get("section") or section)
        works = at_work and form.get("at_work") is not False
        if "deprecation" in form:
            continue
        if form.get("type") == "record" and works:
            yield from _fields(
                form.get("fields") or (), f"{path}.", before + _title(name), at_work=works
            )
            continue
        elements = form.get("elements") or form.get("values") or {}
        default = form.get("default")
        yield SchemaField(
            path=path,
            kind=str(form.get("type") or "json"),
            elements=str(elements.get("type") or ""),
            default=default,
            required=works and bool(form.get("required")) and default is None and not before,
            secret=bool(form.get("encrypted")),
            referenceable=bool(form.get("referenceable") or elements.get("referenceable")),
            help=str(form.get("description") or ""),
            section=heading,
            at_work=works,
            one_of=tuple(form.get("one_of") or elements.get("one_of") or ()),
        )


def _title(name: str) -> str:
    return name[:1].upper() + name[1:].replace("_", " ")


def _pairs(entries: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for entry in entries:
        if isinstance(entry, Mapping):
            for name, form in entry.items():
                if isinstance(form, Mapping):
                    yield str(name), form


def empty(value: Any) -> Any:
    """Return a value, None for an empty list or text: a form cannot tell these from nothing."""
    return None if value in ([], "", {}) else value
