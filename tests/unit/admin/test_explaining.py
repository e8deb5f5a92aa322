import time

import pytest

from gatepost.admin.explaining import Explaining
from gatepost.model import Snapshot
from gatepost.store.database import Database

pytestmark = pytest.mark.anyio


def entry(name: str) -> dict[str, object]:
    now = time.time()
    return {"kind": "token", "parts": [name], "not_before": now, "expires": None}


def test_the_ground_is_kept_while_the_configuration_stays(database: Database) -> None:
    explaining, snapshot = Explaining(database), Snapshot()
    first = explaining.ground("p", snapshot)
    assert explaining.ground("p", snapshot) is first
    assert explaining.ground("p", Snapshot()) is not first
    for n in range(20):
        explaining.ground(f"p{n}", snapshot)
    assert len(explaining._grounds) == 8


async def test_revocations_are_read_on_from_where_they_were(database: Database, plane: str) -> None:
    explaining = Explaining(database)
    assert await explaining.revocations(plane) == []
    await database.revocations.append(plane, [entry(f"t{n}") for n in range(1500)])
    assert len(await explaining.revocations(plane)) == 1500
    await database.revocations.append(plane, [entry("one more")])
    found = await explaining.revocations(plane)
    assert [one.tag.parts[0] for one in found[-2:]] == ["t1499", "one more"]
    await database.revocations.prune(plane, time.time() + 100)
    assert await explaining.revocations(plane) == []
    await database.revocations.append(plane, [entry("anew")])
    assert [one.tag.parts for one in await explaining.revocations(plane)] == [("anew",)]
