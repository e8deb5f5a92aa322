"""Kong's declarative file, ``kong.yaml``, to a Snapshot; or all of its mistakes at once.

Version 3.0, YAML or JSON, nested or flat, with references by name or id. What Kong knows and
Gatepost does not do yet is refused, never ignored.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from gatepost.model import KINDS, Entity, Plugin, Snapshot, Vault, check_references, violations
from gatepost.model.consistency import Inconsistency, dangling, duplicates, uncovered
from gatepost.store.calling import called
from gatepost.store.flatten import Item, Told, flatten
from gatepost.store.problem import KongYamlError, Place, Problem, parsed, written
from gatepost.store.references import identify
from gatepost.store.reuse import Reuse
from gatepost.store.yaml_text import Document

__all__ = ["CheckPlugin", "KongYamlError", "Problem", "Reuse", "built", "judged", "read"]

CheckPlugin = Callable[[str, dict[str, Any]], Iterable[Problem]]
"""(plugin's name, its config) -> mistakes, with paths from the config's root; an empty path is
the plugin entry itself (an unknown name, say). Lines are filled in by ``read``."""


def read(
    text: str | bytes,
    check_plugin: CheckPlugin | None = None,
    reuse: Reuse | None = None,
) -> Snapshot:
    """Return the configuration that a file describes.

    Raises KongYamlError with every mistake, in the order of the file. check_plugin: judges the
    configuration of each plugin instance; without it they are carried along unseen.
    reuse: what the reading before made; an entity written as it was is not validated again.
    """
    document = Document(text)
    return judged(
        document,
        lambda told, known: _made(document.data, told, check_plugin, known),
        check_plugin,
        reuse,
    )


def judged(
    document: Document,
    make: Callable[[Told, Reuse], Snapshot],
    check_plugin: CheckPlugin | None,
    reuse: Reuse | None,
) -> Snapshot:
    """Return what ``make`` makes of a document; see ``read``. It appends what it finds wrong."""
    told: Told = []
    snapshot = Snapshot()
    reuse = reuse or Reuse()
    reuse.begin(check_plugin)
    if document.data is not None or not document.problems:
        snapshot = make(told, reuse)
    problems = [
        *document.problems,
        *(Problem(written(at), message, document.line(at)) for at, message in told),
    ]
    reuse.done(not problems)
    if problems:
        raise KongYamlError(sorted(dict.fromkeys(problems), key=lambda found: found.line or 0))
    return snapshot


def _made(data: Any, told: Told, check_plugin: CheckPlugin | None, reuse: Reuse) -> Snapshot:
    items = flatten(data, told)
    identify(items, told)
    return built(items, told, check_plugin, reuse)


def built(
    items: list[Item],
    told: Told,
    check_plugin: CheckPlugin | None,
    reuse: Reuse,
    beside: Mapping[str, Iterable[Entity]] | None = None,
) -> Snapshot:
    """Return the Snapshot of items that have their ids; tell what is wrong with them.

    beside: entities that are there as well, by kind, which the file knows nothing of.
    """
    kinds: dict[str, list[Entity]] = {kind: [] for kind in KINDS}
    origins: dict[int, Item] = {}
    for item in items:
        if item.unusable:
            continue
        try:
            entity = reuse.entity(item.kind, item.raw)
        except ValidationError as error:
            told += [((*item.place, *found.at), found.message) for found in violations(error)]
        else:
            kinds[item.kind].append(entity)
            origins[id(entity)] = item
    found_kinds: dict[str, Any] = {
        # what lost its scope would collide with what never had one
        kind: (
            *(entity for entity in group if not origins[id(entity)].lost),
            *(beside or {}).get(kind, ()),
        )
        for kind, group in kinds.items()
    }
    snapshot = Snapshot(**found_kinds)
    order = {id(item): number for number, item in enumerate(items)}
    told += [_located(found, origins, order) for found in duplicates(snapshot)]
    if not told:
        # with entities missing that were wrong, these would accuse the innocent
        loose = (*dangling(snapshot), *uncovered(snapshot))
        told += [_located(found, origins, order) for found in loose]
    _check_values(kinds, snapshot.vaults, origins, told)
    if check_plugin is not None:
        for plugin in kinds["plugins"]:
            if isinstance(plugin, Plugin) and not reuse.passed(plugin):
                _check_config(plugin, origins[id(plugin)].place, check_plugin, told)
    return snapshot


def _located(
    found: Inconsistency, origins: dict[int, Item], order: dict[int, int]
) -> tuple[Place, str]:
    known = [origins.get(id(one)) for one in (found.entity, found.other)]
    written_ones = sorted((one for one in known if one), key=lambda item: order[id(item)])
    if not written_ones:
        return (
            (),
            f"{called(found.kind, found.entity)}, which the file does not hold: {found.message}",
        )
    # of two that collide, the later one in the file is told about
    blamed = written_ones[-1]
    place = (*blamed.place, *_field(blamed, found))
    if len(written_ones) == 2:
        return place, f"{found.message} ({written(written_ones[0].place)})"
    if found.other is not None:
        return place, f"{found.message}; the other one is there but not selected"
    return place, found.message


def _field(item: Item, found: Inconsistency) -> Place:
    derived = found.field == "id" or (item.parent is not None and item.parent[0] == found.field)
    return () if derived else (found.field,)


def _check_values(
    kinds: dict[str, list[Entity]],
    vaults: Iterable[Vault],
    origins: dict[int, Item],
    told: Told,
) -> None:
    """Check vault references wherever they may stand."""
    for kind, names in (
        ("plugins", ("config",)),
        ("certificates", ("cert", "key", "cert_alt", "key_alt")),
    ):
        for entity in kinds[kind]:
            for name in names:
                for found in check_references(getattr(entity, name), vaults):
                    place = (*origins[id(entity)].place, name, *found.at)
                    told.append((place, found.message))


def _check_config(plugin: Plugin, place: Place, check_plugin: CheckPlugin, told: Told) -> None:
    for problem in check_plugin(plugin.name, plugin.config):
        at = (*place, "config", *parsed(problem.path)) if problem.path else place
        told.append((at, problem.message))
