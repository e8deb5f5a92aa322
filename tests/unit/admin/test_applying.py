from pathlib import Path

import pytest

from gatepost.admin.applying import Planned, whole, written
from gatepost.admin.caller import Caller, Role
from gatepost.model import Snapshot
from gatepost.store.database import Referenced
from gatepost.store.plan import plan
from tests.databases import default, opened
from tests.unit.store.whole import Forms, everything, snapshot_of, uid

pytestmark = pytest.mark.anyio
CALLER = Caller("tests", Role.ADMIN, "loopback")


async def test_a_plan_is_written_in_one_version(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path}/gatepost.db") as database:
        plane = await default(database)
        found = plan(Snapshot(), everything(), Forms(), now=1)
        async with database.writing(plane) as writer:
            await written(writer, CALLER, Planned(0, Snapshot(), found))
        async with database.reading(plane) as reader:
            assert reader.version == 1
            assert (await whole(reader)).hash == everything().hash


async def test_a_plan_for_something_else_changes_nothing(tmp_path: Path) -> None:
    current = snapshot_of(services=[{"id": uid(1), "name": "a", "host": "h"}])
    async with opened(f"sqlite:///{tmp_path}/gatepost.db") as database:
        plane = await default(database)
        async with database.writing(plane) as writer:
            for kind, entity in (("services", current.services[0]),):
                await writer.save(kind, entity)
            route = snapshot_of(routes=[{"id": uid(2), "service": uid(1), "paths": ["/"]}])
            await writer.save("routes", route.routes[0])
        found = Planned(1, current, plan(current, Snapshot(), Forms(), now=1))
        async with database.writing(plane) as writer:
            with pytest.raises(Referenced):
                await written(writer, CALLER, found)
        async with database.reading(plane) as reader:
            assert len((await whole(reader)).services) == 1
