import contextlib

import pytest
from sqlalchemy import event

from gatepost.store.database import AuditEntry, Database
from tests.databases import Hands, service

pytestmark = pytest.mark.anyio


def entry(action: str = "create", **fields: object) -> AuditEntry:
    return AuditEntry(who="ann", how="admin-api", action=action, **fields)  # type: ignore[arg-type]


async def fail_after_an_entry(database: Database, plane: str) -> None:
    with contextlib.suppress(LookupError):
        async with database.writing(plane) as writer:
            await writer.audit(entry("lost"))
            raise LookupError


async def test_entries_come_newest_first_in_pages(database: Database, clock: Hands) -> None:
    for n in range(5):
        clock.now += 1
        await database.audit.append(entry(f"a{n}", after={"n": n}))
    first = await database.audit.page(size=3)
    assert [one.action for one in first.items] == ["a4", "a3", "a2"]
    rest = await database.audit.page(size=3, before=first.next)
    assert [(one.after, one.before) for one in rest.items] == [({"n": 1}, None), ({"n": 0}, None)]
    assert rest.next is None
    assert rest.items[-1].at == clock.now - 4


async def test_entries_are_found_by_plane_and_entity(database: Database, plane: str) -> None:
    await database.audit.append(entry())
    await database.audit.append(entry(plane=plane, kind="services", entity="1", name="one"))
    await database.audit.append(entry(plane="gone", kind="services", entity="1"))
    page = await database.audit.page(size=9, plane=plane, kind="services", entity="1")
    assert [one.name for one in page.items] == ["one"]
    assert len((await database.audit.page(size=9)).items) == 3


async def test_an_entry_of_a_write_is_there_with_it_or_not_at_all(
    database: Database, plane: str
) -> None:
    async with database.writing(plane) as writer:
        await writer.save("services", service("one"))
        await writer.audit(entry("kept"))
    await fail_after_an_entry(database, plane)
    (kept,) = (await database.audit.page(size=9)).items
    assert (kept.action, kept.plane) == ("kept", plane)
    async with database.writing(plane) as writer:
        await writer.audit(entry("refused"))
        assert writer.version == 1
    async with database.reading(plane) as reader:
        assert reader.version == 1  # an entry alone changes no configuration


async def test_all_entries_of_a_write_are_one_statement_in_their_order(
    database: Database, plane: str
) -> None:
    written: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        if statement.startswith("INSERT INTO audit"):
            written.append(statement)

    engine = database._access.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    async with database.writing(plane) as writer:
        for n in range(50):
            await writer.audit(entry(f"a{n}"))
    event.remove(engine, "before_cursor_execute", note)
    assert len(written) == 1
    found = (await database.audit.page(size=99)).items
    assert [one.action for one in found] == [f"a{n}" for n in reversed(range(50))]


async def test_old_entries_are_forgotten(database: Database, clock: Hands) -> None:
    for n in range(3):
        await database.audit.append(entry(f"a{n}"))
        clock.now += 10
    assert await database.audit.prune(clock.now - 15) == 2
    assert [one.action for one in (await database.audit.page(size=9)).items] == ["a2"]
