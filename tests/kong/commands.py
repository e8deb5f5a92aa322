"""ping, dump, diff, sync and reset, as functions."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.kong.content import Content, check_version, select_tags
from tests.kong.kinds import PLUGIN, VAULT
from tests.kong.plan import Event, Learned, Stage, plan, requests
from tests.kong.reading import Schemas, current_state, version
from tests.kong.state import State
from tests.kong.wanted import Builder
from tests.kong.wire import Refused, Wire
from tests.kong.writing import to_content

PARALLEL = 10


class Taken(Exception):
    """An id that the file chose belongs to an entity that is not among those selected."""


@dataclass
class Report:
    """What was done, or would be."""

    created: int = 0
    updated: int = 0
    deleted: int = 0
    lines: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.created + self.updated + self.deleted

    def note(self, event: Event) -> None:
        """Count an event."""
        self.lines.append(str(event))
        counter = f"{event.op}d"
        setattr(self, counter, getattr(self, counter) + 1)


async def ping(wire: Wire) -> str:
    """Return the version of the server. Raises Refused, ValueError."""
    return ".".join(map(str, await version(wire)))


async def dump(wire: Wire, *, tags: Sequence[str] = (), with_id: bool = False) -> Content:
    """Return the configuration as a file has it. Raises Refused."""
    kong = await version(wire)
    state = await current_state(wire, tags)
    return to_content(state, tags=tags, with_id=with_id, kong=kong)


async def prepare(wire: Wire, content: Content, tags: Sequence[str] = ()) -> list[Stage]:
    """Read everything and work out what has to be done. Raises Refused, BadFile."""
    check_version(content, await version(wire))
    selected = select_tags(content, tags)
    current = await current_state(wire, selected)
    schemas = Schemas(wire)
    wanted = Builder(content, current, await schemas.entities(), selected).build()
    plugins = (plugin["name"] for plugin in wanted.all(PLUGIN))
    vaults = (vault["name"] for vault in wanted.all(VAULT))
    await schemas.learn(plugins, vaults)
    return plan(current, wanted, Learned(schemas.plugins, schemas.vaults))


async def _ask(wire: Wire, event: Event) -> None:
    if event.op == "create" and event.kind.asked:
        path = f"{event.kind.path}/{event.entity['id']}"
        if await wire.find(path) is not None:
            raise Taken(f"a {event.kind.name} with ID {event.entity['id']} already exists")


async def _carry_out(wire: Wire, stage: Stage, report: Report) -> None:
    """Do a stage, ten events at a time. The first failure stops what has not begun."""
    places = asyncio.Semaphore(PARALLEL)
    failures: list[Exception] = []

    async def do(event: Event) -> None:
        try:
            for method, path, body in requests(event):
                await wire.write(method, path, body)
            report.note(event)
        except Exception as failure:
            failures.append(failure)
        finally:
            places.release()

    async with asyncio.TaskGroup() as together:
        for event in stage.events:
            try:
                await _ask(wire, event)
            except (Refused, Taken) as failure:
                failures.append(failure)
            await places.acquire()
            if failures:
                break
            together.create_task(do(event))
    if failures:
        raise ExceptionGroup(f"{len(failures)} errors occurred in {stage.name}", failures)


async def diff(wire: Wire, content: Content, *, tags: Sequence[str] = ()) -> Report:
    """Return what a sync would do. Nothing is written. Raises Refused, BadFile, Taken."""
    report = Report()
    for stage in await prepare(wire, content, tags):
        for event in stage.events:
            await _ask(wire, event)
            report.note(event)
    return report


async def sync(wire: Wire, content: Content, *, tags: Sequence[str] = ()) -> Report:
    """Make the server's configuration that of the file.

    Raises Refused, BadFile and ExceptionGroup of what went wrong while lists were read (Refused) or
    in one stage (Refused, Taken, or Cut where the run was to be cut).
    """
    report = Report()
    for stage in await prepare(wire, content, tags):
        await _carry_out(wire, stage, report)
    return report


async def reset(wire: Wire, *, tags: Sequence[str] = ()) -> Report:
    """Delete everything, or everything with these tags. Raises Refused, ExceptionGroup."""
    await version(wire)
    report = Report()
    for stage in plan(await current_state(wire, tags), State(), Learned({}, {})):
        await _carry_out(wire, stage, report)
    return report


__all__ = ["Refused", "Report", "Taken", "diff", "dump", "ping", "prepare", "reset", "sync"]
