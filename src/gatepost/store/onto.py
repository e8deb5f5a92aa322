"""A ``kong.yaml`` read onto a configuration that stands: what would be there afterwards.

The file is all there is to be, or, with ``select_tags``, all of what has these tags; the rest
stays. So does documentation that people write beside a file which does not speak of any.
Afterwards everything must fit together, what the file does not hold as well.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gatepost.model import CATALOG, Snapshot
from gatepost.model.text import tag
from gatepost.store.flatten import Item, Told, flatten
from gatepost.store.kong_yaml import CheckPlugin, Reuse, built, judged
from gatepost.store.masking import PluginForms
from gatepost.store.references import identify
from gatepost.store.standing import Current
from gatepost.store.ties import aged
from gatepost.store.yaml_text import Document


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be. snapshot: all of it, what was not selected as well."""

    snapshot: Snapshot
    select_tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judge:
    """What a file is judged with: knowledge of plugins, and what the last reading left behind.

    scopes: references that a plugin may not have here, each with what to do instead.
    """

    forms: PluginForms
    check_plugin: CheckPlugin | None = None
    reuse: Reuse | None = None
    scopes: Mapping[str, str] = field(default_factory=dict)


def read_onto(
    text: str | bytes,
    current: Snapshot,
    judge: Judge,
    *,
    now: int,
    select_tags: Iterable[str] | None = None,
) -> Wanted:
    """Return the configuration that would be there if a file were applied.

    current: what stands. now: unix seconds, the age of what is new. select_tags: None for those
    that the file names in ``_info.select_tags``.
    Raises KongYamlError with every mistake.
    """
    document = Document(text)
    tags: list[str] = []

    def make(told: Told, reuse: Reuse) -> Snapshot:
        tags.extend(_tags(document.data, select_tags, told))
        items = flatten(document.data, told)
        there = Current(current, tags, judge.forms, now, apart=_unspoken(document.data))
        identify(items, told, there)
        there.complete(items, told)
        told += _out_of_scope(items, judge.scopes)
        there.let_go(items)
        told += [((), sentence) for sentence in there.left_behind(items)]
        whole = built(items, told, judge.check_plugin, reuse, there.beside)
        return whole if told else _aged(whole, items)

    snapshot = judged(document, make, judge.check_plugin, judge.reuse)
    return Wanted(snapshot, tuple(tags))


def _unspoken(data: Any) -> frozenset[str]:
    """Return the kinds that are documentation, where a file has none of their lists."""
    written = frozenset(kind for kind, about in CATALOG.items() if not about.travels)
    return written if isinstance(data, dict) and written.isdisjoint(data) else frozenset()


def _tags(data: Any, given: Iterable[str] | None, told: Told) -> list[str]:
    """Return the tags that select; tell what is wrong with those of the file."""
    info = data.get("_info") if isinstance(data, dict) else None
    named = info.get("select_tags") if isinstance(info, dict) else None
    place = ("_info", "select_tags")
    wanted = sorted(set(given)) if given is not None else None
    if named is None:
        return wanted or []
    if not isinstance(named, list) or not all(isinstance(one, str) for one in named):
        told.append((place, "expected an array of tags"))
        return wanted or []
    for number, one in enumerate(named):
        try:
            tag(one)
        except ValueError as error:
            told.append(((*place, number), str(error)))
    if wanted is not None and set(named) != set(wanted):
        told.append((place, f"the file is about other tags than {', '.join(wanted) or 'none'}"))
    return sorted(set(named))


def _out_of_scope(items: Iterable[Item], scopes: Mapping[str, str]) -> Told:
    return [
        (item.place, f"a plugin with a {field} is not supported yet; {instead}")
        for item in items
        if item.kind == "plugins"
        for field, instead in scopes.items()
        if item.raw.get(field) is not None
    ]


def _aged(snapshot: Snapshot, items: list[Item]) -> Snapshot:
    """Let routes that could tie be as old as their order in the file says."""
    places = {item.id: number for number, item in enumerate(items) if item.kind == "routes"}
    said = {item.id for item in items if item.kind == "routes" and item.aged}
    beside = [route for route in snapshot.routes if route.id not in places]
    ours = [route for route in snapshot.routes if route.id in places]
    ours.sort(key=lambda route: places[route.id])
    routes = aged(ours, said)
    if all(one is other for one, other in zip(routes, ours, strict=True)):
        return snapshot
    return replace(snapshot, routes=(*beside, *routes))
