"""A declarative file and one control plane's configuration: what it would change, and changing it.

Rules of the file: what takes long (reading, comparing) is done in a thread, and while nobody waits
for the database; what is written is written in one transaction, whole or not at all.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from gatepost.admin.ask import Ask, now
from gatepost.admin.caller import Caller, Role
from gatepost.admin.changes import changed
from gatepost.admin.plugin_forms import RegistryForms
from gatepost.feed.needs import Publication
from gatepost.model import CATALOG, KINDS, STORED, Snapshot
from gatepost.store.database import Reader, Stored, Writer, remove_all, save_all
from gatepost.store.onto import Judge, read_onto
from gatepost.store.plan import Plan, plan
from gatepost.store.steps import Remove, Save, steps

_AT_ONCE = 1000  # entities between two moments in which other requests are answered
_SCOPES = {"consumer": "scope it to a route or a service"}


@dataclass(frozen=True, slots=True)
class Planned:
    """What a file would change. version: of the configuration that it was compared with."""

    version: int
    current: Snapshot
    plan: Plan


async def whole(reader: Reader) -> Snapshot:
    """Return the configuration of the reader's control plane as one Snapshot."""
    bodies = {kind: await reader.all(kind) for kind in KINDS}
    return await asyncio.to_thread(_built, bodies)


async def complete(ask: Ask) -> Publication:
    """Return the configuration with the long documents that ``Ask.current`` does without."""
    current = await ask.current()
    wordy = [kind.name for kind in CATALOG.values() if kind.long]
    if not any(getattr(current.snapshot, kind) for kind in wordy):
        return current
    async with ask.control.database.reading(ask.plane) as reader:
        if reader.version != current.version:
            return Publication(reader.version, await whole(reader))
        bodies = {kind: await reader.all(kind) for kind in wordy}
    held = await asyncio.to_thread(_entities, bodies)
    return Publication(current.version, replace(current.snapshot, **held))


async def planned(
    ask: Ask, current: Snapshot, version: int, text: bytes, tags: Sequence[str] | None
) -> Planned:
    """Return what a file would change. version: of what stands.

    Raises KongYamlError with every mistake in the file.
    """
    admin = ask.caller.role >= Role.ADMIN
    forms = RegistryForms(ask.control.registry, may_move=admin)
    found = await asyncio.to_thread(_compared, forms, current, text, tags)
    return Planned(version, current, found)


async def written(writer: Writer, caller: Caller, found: Planned) -> None:
    """Do what was planned. The writer must stand where the plan was made.

    Raises Conflict when it does not.
    """
    batch: list[Save | Remove] = []
    for step in steps(found.plan, found.current):
        if batch and (len(batch) == _AT_ONCE or not _together(batch[-1], step)):
            await _done(writer, caller, batch)
            batch = []
        batch.append(step)
    await _done(writer, caller, batch)


def _together(one: Save | Remove, other: Save | Remove) -> bool:
    """Return whether two steps that follow each other can be done at once."""
    if one.kind != other.kind or isinstance(one, Save) != isinstance(other, Save):
        return False
    # a step in between is there to be seen by the next
    return one.change is not None and other.change is not None


async def _done(writer: Writer, caller: Caller, batch: Sequence[Save | Remove]) -> None:
    if not batch:
        return
    kind, intermediate = batch[0].kind, batch[0].change is None
    removes = [step.id for step in batch if isinstance(step, Remove)]
    for gone in await remove_all(writer, kind, removes):
        await changed(writer, caller, "delete", kind, Stored(gone.body, 0), None)
    saves = [step.entity for step in batch if isinstance(step, Save)]
    for before, after in await save_all(writer, kind, saves):
        if not intermediate:
            await changed(writer, caller, "update" if before else "create", kind, before, after)


def _built(bodies: dict[str, list[Stored]]) -> Snapshot:
    return Snapshot(**_entities(bodies))


def _entities(bodies: dict[str, list[Stored]]) -> dict[str, Any]:
    return {
        kind: tuple(CATALOG[kind].entity.model_validate(one.body, context=STORED) for one in group)
        for kind, group in bodies.items()
    }


def _compared(
    forms: RegistryForms, current: Snapshot, text: bytes, tags: Sequence[str] | None
) -> Plan:
    moment = int(now())
    judge = Judge(forms, forms.check, scopes=_SCOPES)
    wanted = read_onto(text, current, judge, now=moment, select_tags=tags)
    return plan(current, wanted.snapshot, forms, now=moment, select_tags=wanted.select_tags)
