"""A whole installation goes out as a file and comes back as it was, on each database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gatepost.admin.applying import Planned, whole, written
from gatepost.admin.caller import Caller, Role
from gatepost.model import KINDS, Snapshot
from gatepost.store.database import Database
from gatepost.store.dump import Options, dump
from gatepost.store.onto import Judge, read_onto
from gatepost.store.plan import plan
from tests.databases import default, opened
from tests.unit.store.whole import Forms, everything, snapshot_of, uid

pytestmark = pytest.mark.anyio

CALLER = Caller("tests", Role.ADMIN, "loopback")
EXPORT = Options(with_id=True, reveal=True)


@pytest.fixture(params=["sqlite", "postgres"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/gatepost.db"
    else:
        url = request.getfixturevalue("postgres").new()
    async with opened(url) as running:
        yield running


async def applied(database: Database, text: str) -> Snapshot:
    """Apply a file and return what is stored then, which must be what was promised."""
    plane = await default(database)
    async with database.writing(plane) as writer:
        current = await whole(writer)
        wanted = read_onto(text, current, Judge(Forms()), now=1_800_000_000).snapshot
        found = plan(current, wanted, Forms(), now=1_800_000_000)
        await written(writer, CALLER, Planned(writer.version, current, found))
    async with database.reading(plane) as reader:
        stored = await whole(reader)
    assert stored == found.result
    assert stored.hash == found.result.hash
    return stored


async def test_an_export_comes_back_with_the_same_hash(database: Database) -> None:
    exported = everything()
    stored = await applied(database, dump(exported, EXPORT))
    assert stored.hash == exported.hash
    assert dump(stored, EXPORT) == dump(exported, EXPORT)


async def test_everything_goes_and_comes_again(database: Database) -> None:
    exported = everything()
    await applied(database, dump(exported, EXPORT))
    nothing = '_format_version: "3.0"\nservice_packages: []'
    assert await applied(database, nothing) == Snapshot()
    assert (await applied(database, dump(exported, EXPORT))).hash == exported.hash


async def test_names_change_hands(database: Database) -> None:
    def services(*names: str) -> Snapshot:
        made = [{"id": uid(n), "name": name, "host": "h"} for n, name in enumerate(names)]
        return snapshot_of(services=made)

    for names in (("a", "b", "c"), ("b", "c", "a"), ("d", "b", "c"), ("c", "d", "b")):
        stored = await applied(database, dump(services(*names), EXPORT))
        assert [one.name for one in stored.services] == list(names)


async def test_many_are_written_changed_and_removed(database: Database) -> None:
    def many(host: str) -> Snapshot:
        services = [{"id": uid(n), "name": f"s{n}", "host": host} for n in range(1200)]
        routes = [
            {"id": uid(n), "service": uid(n), "paths": [f"/{n}"], "tags": ["x"]}
            for n in range(1200)
        ]
        return snapshot_of(services=services, routes=routes)

    assert (await applied(database, dump(many("a"), EXPORT))).services[7].host == "a"
    assert (await applied(database, dump(many("b"), EXPORT))).services[7].host == "b"
    left = await applied(database, '_format_version: "3.0"')
    assert all(getattr(left, kind) == () for kind in KINDS)


async def test_a_version_lets_its_service_go(database: Database) -> None:
    def made(service: str | None, *services: str) -> Snapshot:
        package = {"id": uid(1), "name": "Orders"}
        version = {"id": uid(2), "version": "1", "service_package": uid(1), "service": service}
        return snapshot_of(
            services=[{"id": one, "host": "h"} for one in services],
            service_packages=[package],
            service_versions=[version],
        )

    await applied(database, dump(made(uid(3), uid(3)), EXPORT))
    stored = await applied(database, dump(made(uid(4), uid(4)), EXPORT))
    assert stored.service_versions[0].service == uid(4)
    stored = await applied(database, dump(made(None), EXPORT))
    assert (stored.services, stored.service_versions[0].service) == ((), None)
