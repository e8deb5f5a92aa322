"""The reading half: the version, every list there is, and the schemas that defaults come from."""

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.kong.kinds import (
    CREDENTIALS,
    GROUP,
    KINDS,
    MEMBER,
    TARGET,
    UPSTREAM,
    Entity,
    Kind,
    referred,
)
from tests.kong.state import State, decoded
from tests.kong.wire import Refused, Wire, segment

_VERSION = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?")
DEFAULTED = ("services", "routes", "upstreams", "targets", "consumer_group_plugins")


def parse_version(info: Any) -> tuple[int, int, int]:
    """Return the version that GET / names. Raises ValueError where it names none."""
    said = info.get("version") if isinstance(info, dict) else None
    found = _VERSION.search(said) if isinstance(said, str) else None
    if found is None:
        raise ValueError(f"unknown Kong version: {said!r}")
    major, minor, patch = (int(part or 0) for part in found.groups())
    return major, minor, patch


async def version(wire: Wire) -> tuple[int, int, int]:
    """Ask for the version. Raises Refused, ValueError."""
    return parse_version(await wire.get(""))


async def _list(wire: Wire, kind: Kind, tags: Sequence[str]) -> list[Entity]:
    # decK never filters mtls-auth credentials: those of consumers that are not listed are dropped.
    wanted = () if kind.name == "mtls-auth" else tags
    try:
        return await wire.pages(kind.path, wanted)
    except Refused as refusal:
        if refusal.status in kind.tolerated:
            return []
        raise


async def _upstreams(wire: Wire, tags: Sequence[str]) -> tuple[list[Entity], list[Entity]]:
    upstreams = await _list(wire, UPSTREAM, tags)
    targets: list[Entity] = []
    for upstream in upstreams:
        targets += await wire.pages(f"upstreams/{upstream['id']}/targets", tags)
    return upstreams, targets


async def _groups(wire: Wire, tags: Sequence[str]) -> list[dict[str, Any]]:
    return [
        await wire.get(f"consumer_groups/{segment(group['name'])}")
        for group in await _list(wire, GROUP, tags)
    ]


def assemble(
    lists: dict[str, list[Entity]], groups: list[dict[str, Any]], tags: Iterable[str]
) -> State:
    """Return the state that the answers make. Credentials of consumers not read are left out."""
    state, chosen = State(), set(tags)
    for kind in KINDS.values():
        for answer in lists.get(kind.name, ()):
            entity = decoded(kind, answer)
            if kind in CREDENTIALS.values():
                owner = state.get(KINDS["consumer"], referred(entity, "consumer"))
                if owner is None:
                    continue
            state.add(kind, entity)
    for answer in groups:
        group = decoded(GROUP, answer["consumer_group"])
        state.add(GROUP, group)
        for consumer in answer.get("consumers") or ():
            if not chosen or chosen & set(consumer.get("tags") or ()):
                state.join(group, decoded(KINDS["consumer"], consumer))
    return state


async def current_state(wire: Wire, tags: Sequence[str] = ()) -> State:
    """Read everything, each kind beside the others. Raises ExceptionGroup of Refused."""
    apart = (UPSTREAM, TARGET, GROUP, MEMBER)
    kinds = [kind for kind in KINDS.values() if kind not in apart]
    async with asyncio.TaskGroup() as together:
        reading = {kind.name: together.create_task(_list(wire, kind, tags)) for kind in kinds}
        upstreams = together.create_task(_upstreams(wire, tags))
        groups = together.create_task(_groups(wire, tags))
    lists = {name: task.result() for name, task in reading.items()}
    lists[UPSTREAM.name], lists[TARGET.name] = upstreams.result()
    return assemble(lists, groups.result(), tags)


@dataclass
class Schemas:
    """The schemas of a server, each asked for once."""

    wire: Wire
    plugins: dict[str, Any] = field(default_factory=dict)
    vaults: dict[str, Any] = field(default_factory=dict)

    async def entities(self) -> dict[str, Any]:
        """Return the schemas of what decK gives defaults to; one that is absent gives none."""
        return {name: await self.wire.find(f"schemas/{name}") or {} for name in DEFAULTED}

    async def learn(self, plugins: Iterable[str], vaults: Iterable[str]) -> None:
        """Fetch what is not known yet. Raises Refused."""
        for name in sorted(set(plugins) - set(self.plugins)):
            schema = await self.wire.find(f"schemas/plugins/{segment(name)}")
            if schema is None:  # the older place, of the config alone
                older = await self.wire.get(f"plugins/schema/{segment(name)}")
                schema = {"fields": [{"config": {"type": "record", **older}}]}
            self.plugins[name] = schema
        for name in sorted(set(vaults) - set(self.vaults)):
            self.vaults[name] = await self.wire.find(f"schemas/vaults/{segment(name)}") or {}
