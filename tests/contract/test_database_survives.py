"""What the database has acknowledged is there after a crash, of our process or of the server's."""

import asyncio
import contextlib
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatepost.store.database import Database
from gatepost.values import Fault
from tests.databases import KEY, default, opened, service
from tests.house.source import ROOT
from tests.postgres import PostgresServer, postgres_server

pytestmark = [pytest.mark.anyio, pytest.mark.integration, pytest.mark.slow]

WRITES = 1000
WRITER = f"""
import asyncio, sys
from tests.databases import default, opened, service

async def main():
    async with opened(sys.argv[1]) as database:
        plane = await default(database)

        async def some(start):
            for n in range(start, {WRITES}, 5):
                one, two = service(f"a{{n}}"), service(f"b{{n}}")
                async with database.writing(plane) as writer:
                    await writer.save("services", one)
                    await writer.save("services", two)
                sys.stdout.write(one.id + "\\n" + two.id + "\\n")
                sys.stdout.flush()

        await asyncio.gather(*(some(start) for start in range(5)))

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def durable() -> Iterator[PostgresServer]:
    with postgres_server(durable=True) as running:
        yield running


@pytest.fixture
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/a.db"
    server: PostgresServer = request.getfixturevalue("durable")
    return server.new()


def killed_while_writing(url: str, seconds: float) -> list[str]:
    """Run a process that writes, kill it, and return the ids that it had acknowledged."""
    command = [sys.executable, "-c", WRITER, url]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        acknowledged = [process.stdout.readline()]  # the moment counts from the first write
        killer = threading.Timer(seconds, process.kill)
        killer.start()
        acknowledged += process.stdout.readlines()
        killer.cancel()
    assert process.returncode in (-signal.SIGKILL, 0)
    # a line that was cut is none
    return [line.strip() for line in acknowledged if line.endswith("\n")]


@pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)
async def test_what_was_acknowledged_survives_kill_9(url: str) -> None:
    known: set[str] = set()
    for _ in range(2):
        chosen = random.uniform(0.05, 1.5)
        known |= set(await asyncio.to_thread(killed_while_writing, url, chosen))
        async with opened(url) as database:
            plane = await default(database)
            async with database.writing(plane) as writer:
                there = await writer.all("services")
                assert known <= {one.id for one in there}, f"killed after {chosen} seconds"
                names = {one.body["name"] for one in there}
                # each write was of two, and no half of one is there
                assert {n[1:] for n in names if n[0] == "a"} == {
                    n[1:] for n in names if n[0] == "b"
                }
                assert len(there) == 2 * len({one.version for one in there})
                for one in there:  # the names are free for the next round
                    await writer.remove("services", one.id)
                known.clear()


async def write(database: Database, plane: str, name: str) -> str:
    """Write two entities at once; return how that ended."""
    try:
        async with database.writing(plane) as writer:
            await writer.save("services", service(f"a{name}"))
            await writer.save("services", service(f"b{name}"))
    except Fault as fault:
        return fault.code
    return "written"


async def test_a_server_that_crashes_and_comes_back_is_used_again_at_once(
    durable: PostgresServer,
) -> None:
    url = durable.new()
    async with opened(url) as database:
        plane = await default(database)
        assert await write(database, plane, "0") == "written"
        await asyncio.gather(*(database.planes.all() for _ in range(5)))  # more connections
        durable.stop(signal.SIGQUIT)
        assert await write(database, plane, "1") == "database.unavailable"
        durable.start()
        assert await write(database, plane, "2") == "written"
        async with database.reading(plane) as reader:
            assert [one.body["name"][1] for one in await reader.all("services")].count("2") == 2
            assert len(await reader.all("services")) == 4


async def test_a_write_that_a_crash_cuts_is_there_whole_or_not_at_all(
    durable: PostgresServer,
) -> None:
    url = durable.new()
    ends: dict[str, str] = {}
    async with opened(url) as database:
        plane = await default(database)

        async def keep_writing(worker: int, until: float) -> None:
            n = 0
            while time.monotonic() < until:
                ends[f"{worker}-{n}"] = await write(database, plane, f"{worker}-{n}")
                n += 1
                await asyncio.sleep(0.005)

        until = time.monotonic() + 3
        workers = asyncio.gather(*(keep_writing(worker, until) for worker in range(4)))
        for _ in range(2):
            await asyncio.sleep(0.6)
            await asyncio.to_thread(durable.stop, signal.SIGQUIT)
            await asyncio.sleep(0.3)
            durable.start()  # not in a thread: the server would end with it
        await workers
        async with database.reading(plane) as reader:
            names = {one.body["name"] for one in await reader.all("services")}
    assert set(ends.values()) <= {"written", "database.unavailable", "database.cut"}
    assert list(ends.values()).count("written") >= 8  # each of the four, before and after
    assert "database.unavailable" in ends.values()
    for name, end in ends.items():
        halves = {f"a{name}", f"b{name}"} & names
        assert len(halves) != 1, (name, end)
        if end == "written":
            assert halves, name
        elif end == "database.unavailable":
            assert not halves, name


async def test_a_connection_that_is_cut_in_a_write_is_an_error(durable: PostgresServer) -> None:
    url = durable.new()
    name = url.rpartition("/")[2]
    async with opened(url) as database:
        plane = await default(database)

        async def cut_in_the_middle() -> None:
            async with database.writing(plane) as writer:
                await writer.save("services", service("one"))
                everyone = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
                await asyncio.to_thread(durable.run, f"{everyone}'{name}'")
                await writer.save("services", service("two"))

        with pytest.raises(Fault, match=re.escape("database.unavailable")):
            await cut_in_the_middle()
        assert await write(database, plane, "3") == "written"
        async with database.reading(plane) as reader:
            assert len(await reader.all("services")) == 2


async def test_the_wrong_key_does_not_touch_what_is_there(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    async with opened(url) as database:
        assert await write(database, await default(database), "1") == "written"
    with contextlib.suppress(Fault):
        await Database.open(url, KEY[::-1])
    async with opened(url) as database:
        plane = await default(database)
        async with database.reading(plane) as reader:
            assert len(await reader.all("services")) == 2
