"""A declarative file and one control plane's configuration: what it would change, and changing it.

Rules of the file: what takes long (reading, comparing) is done in a thread, and while nobody waits
for the database; what is written is written in one transaction, whole or not at all.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from gatepost.admin.ask import Ask, now
from gatepost.admin.caller import Caller
from gatepost.admin.changes import changed
from gatepost.admin.plugin_forms import RegistryForms
from gatepost.model import CATALOG, KINDS, Snapshot
from gatepost.store.database import Reader, Stored, Writer, save_all
from gatepost.store.onto import Judge, read_onto
from gatepost.store.plan import Plan, plan
from gatepost.store.steps import Remove, Save, steps

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


async def planned(ask: Ask, reader: Reader, text: bytes, tags: Sequence[str] | None) -> Planned:
    """Return what a file would change. Raises KongYamlError with every mistake in it."""
    current = await whole(reader)
    found = await asyncio.to_thread(
        _compared, RegistryForms(ask.control.registry), current, text, tags
    )
    return Planned(reader.version, current, found)


async def written(writer: Writer, caller: Caller, found: Planned) -> None:
    """Do what was planned. The writer must stand where the plan was made.

    Raises Conflict when it does not.
    """
    batch: list[Save] = []
    for step in steps(found.plan, found.current):
        follows = isinstance(step, Save) and step.change is not None
        if batch and not (follows and batch[-1].kind == step.kind):
            await _saved(writer, caller, batch)
            batch = []
        match step:
            case Save() if follows:
                batch.append(step)
            case Save():
                await save_all(writer, step.kind, [step.entity])
            case Remove():
                for gone in await writer.remove(step.kind, step.id):
                    await changed(writer, caller, "delete", gone.kind, Stored(gone.body, 0), None)
    await _saved(writer, caller, batch)


async def _saved(writer: Writer, caller: Caller, batch: list[Save]) -> None:
    if not batch:
        return
    kind = batch[0].kind
    for before, after in await save_all(writer, kind, [step.entity for step in batch]):
        action = "create" if before is None else "update"
        await changed(writer, caller, action, kind, before, after)


def _built(bodies: dict[str, list[Stored]]) -> Snapshot:
    kinds = {
        kind: tuple(CATALOG[kind].entity.model_validate(one.body) for one in group)
        for kind, group in bodies.items()
    }
    return Snapshot(**kinds)  # type: ignore[arg-type]


def _compared(
    forms: RegistryForms, current: Snapshot, text: bytes, tags: Sequence[str] | None
) -> Plan:
    moment = int(now())
    judge = Judge(forms, forms.check, scopes=_SCOPES)
    wanted = read_onto(text, current, judge, now=moment, select_tags=tags)
    return plan(current, wanted.snapshot, forms, now=moment, select_tags=wanted.select_tags)
