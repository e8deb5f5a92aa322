"""decK's conversation with a real control plane, held by a client that knows nothing of it."""

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.control_plane import ControlPlane, control_plane
from tests.kong import commands
from tests.kong.content import Content
from tests.kong.large import everything, large, old_spellings
from tests.kong.wire import Cut, Wire, connect

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.anyio]


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    prefix: Path = tmp_path_factory.mktemp("plane")
    with control_plane(prefix) as running:
        yield running


async def talk(
    plane: ControlPlane,
    what: Callable[[Wire], Awaitable[Any]],
    *,
    stop_after: int | None = None,
) -> Any:
    async with connect(plane.address, plane.headers, stop_after=stop_after) as wire:
        return await what(wire)


async def configuration_hash(plane: ControlPlane) -> str:
    status = await talk(plane, lambda wire: wire.get("status?content_hash=true"))
    return str(status["content_hash"])


async def settles(plane: ControlPlane, content: Content) -> None:
    await talk(plane, lambda wire: commands.sync(wire, content))
    report = await talk(plane, lambda wire: commands.diff(wire, content))
    assert report.lines == []


@pytest.mark.parametrize("made", [everything, old_spellings])
async def test_after_a_sync_there_is_no_difference(
    plane: ControlPlane, made: Callable[[], Content]
) -> None:
    await settles(plane, made())


async def test_a_dump_that_is_synced_back_is_the_same_configuration(plane: ControlPlane) -> None:
    await talk(plane, lambda wire: commands.sync(wire, everything()))
    before = await configuration_hash(plane)
    dumped = await talk(plane, lambda wire: commands.dump(wire, with_id=True))
    await talk(plane, commands.reset)
    assert await configuration_hash(plane) != before
    await talk(plane, lambda wire: commands.sync(wire, dumped))
    assert await configuration_hash(plane) == before
    nameless = await talk(plane, commands.dump)
    await settles(plane, nameless)
    assert await configuration_hash(plane) == before


async def test_a_second_sync_of_the_same_file_writes_nothing(plane: ControlPlane) -> None:
    content = everything()
    await talk(plane, lambda wire: commands.sync(wire, content))
    async with connect(plane.address, plane.headers) as wire:
        await commands.sync(wire, content)
        assert wire.writes == 0


async def test_a_reset_leaves_nothing(plane: ControlPlane) -> None:
    await talk(plane, lambda wire: commands.sync(wire, everything()))
    await talk(plane, commands.reset)
    assert await talk(plane, commands.dump) == {"_format_version": "3.0"}


async def test_selected_tags_leave_the_rest_alone(plane: ControlPlane) -> None:
    await talk(plane, commands.reset)
    theirs = {"_format_version": "3.0", "services": [{"name": "theirs", "host": "h.test"}]}
    ours = {"_format_version": "3.0", "services": [{"name": "ours", "host": "h.test"}]}
    await talk(plane, lambda wire: commands.sync(wire, theirs))
    await talk(plane, lambda wire: commands.sync(wire, ours, tags=["ours"]))
    await talk(plane, lambda wire: commands.reset(wire, tags=["ours"]))
    dumped = await talk(plane, commands.dump)
    assert [service["name"] for service in dumped["services"]] == ["theirs"]


@pytest.mark.parametrize(("made", "writes"), [(everything, 1), (everything, 7), (large, 700)])
async def test_a_sync_that_is_cut_is_completed_by_the_next_one(
    plane: ControlPlane, made: Callable[[], Content], writes: int
) -> None:
    await talk(plane, commands.reset)
    content = made()
    with pytest.raises(ExceptionGroup) as caught:
        await talk(plane, lambda wire: commands.sync(wire, content), stop_after=writes)
    assert caught.value.subgroup(Cut)
    cut = await talk(plane, lambda wire: commands.diff(wire, content))
    assert cut.total > 0
    await settles(plane, content)
    before = await configuration_hash(plane)
    dumped = await talk(plane, lambda wire: commands.dump(wire, with_id=True))
    await settles(plane, dumped)
    assert await configuration_hash(plane) == before
