import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from gatepost.feed import messages as say
from gatepost.node.feed_source import FeedSource
from gatepost.node.prefix import Prefix, claim
from gatepost.node.reading import Configuration
from gatepost.node.settings import NodeSettings
from gatepost.node.source import Read
from gatepost.plugin import Revocation
from gatepost.store.kong_yaml import read
from gatepost.values import By, Fault, Secret
from tests.providers.cluster import PLANE, QUICK, Cluster, cluster, until
from tests.unit.feed.test_connection import MANY, services

pytestmark = pytest.mark.anyio

BAD = """
_format_version: "3.0"
services:
  - name: a
    url: "http://127.0.0.1:1"
    routes:
      - name: r
        paths: [/x]
        plugins:
          - name: openid-connect
            config:
              issuer: "https://a.example"
              client_id: [c]
              client_secret: ["{vault://env/not-here}"]
              auth_methods: [bearer]
"""


class Revoking:
    """Takes what it hears."""

    last = 0

    def live(self) -> tuple[Revocation, ...]:
        return ()

    def since(self, number: int) -> tuple[Revocation, ...]:
        return ()

    async def hear(self, room: str, revocations: Sequence[Revocation]) -> int:
        return len(revocations)

    async def gap(self, room: str, why: str) -> None: ...


SERVES = ("http://0.0.0.0:8000",)


class Node:
    """An agent with nothing behind it: what its source gives is what runs."""

    def __init__(self, prefix: Prefix, token: str | None = None) -> None:
        settings = NodeSettings(None, prefix.root, token=Secret(token) if token else None)
        self.source = FeedSource(settings, prefix, secret=b"s" * 32, patience=QUICK)
        self.source.share(Revoking())  # type: ignore[arg-type]
        self.look_now = asyncio.Event()
        self.running: Configuration | None = None
        self.fault: Fault | None = None
        self.task: asyncio.Task[None] | None = None

    async def take(self, read_: Read) -> bool:
        new = await asyncio.to_thread(read_, {})
        if self.fault is not None:
            raise self.fault
        self.running = new
        self.source.keep(new)
        return True

    async def start(self) -> None:
        self.running = await asyncio.wait_for(self.source.first(), 10)
        await self.source.tried()
        self.source.keep(self.running)
        self.source.serves(SERVES)
        self.task = asyncio.create_task(self.source.follow(self.take, self.look_now))

    @property
    def hash(self) -> str:
        return self.running.snapshot.hash if self.running else ""

    @property
    def shown(self) -> dict[str, Any]:
        found: dict[str, Any] = self.source.status()["control_plane"]
        return found


@contextlib.asynccontextmanager
async def running(directory: Path, token: str | None = None) -> AsyncIterator[Node]:
    with claim(directory) as prefix:
        node = Node(prefix, token)
        try:
            await node.start()
            yield node
        finally:
            if node.task is not None:
                node.task.cancel()
            await node.source.stop()


def publish(made: Cluster, text: str) -> str:
    told = made.kept.planes.publish(PLANE, read(text))
    made.listener.changed(PLANE)
    return told.hash


async def test_from_the_first_configuration_to_the_next_and_both_are_acknowledged(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path) as made:
        first = publish(made, services(*MANY))
        async with running(tmp_path / "n", made.token()) as node:
            assert node.hash == first
            sights, ident = made.kept.members.sights, node.shown["node"]
            await until(lambda: sights[ident].hash == first, "it is acknowledged")
            second = publish(made, services(*MANY, "more"))
            await until(lambda: sights[ident].hash == second, "it is acknowledged")
            assert node.hash == second
            assert (node.shown["connected"], node.shown["sync"]) == (True, "normal")
            assert node.source.status()["configuration"] == {"version": 2}


async def test_where_it_serves_is_told_once_it_serves_and_again_when_it_comes_back(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path) as made:
        publish(made, services("a"))
        async with running(tmp_path / "n", made.token()) as node:
            sights, ident = made.kept.members.sights, node.shown["node"]
            await until(lambda: sights[ident].proxies == SERVES, "it is told")
            del sights[ident]
            node.look_now.set()  # connects anew
            await until(lambda: ident in sights, "it came back")
            assert sights[ident].proxies == SERVES


async def test_what_cannot_be_built_is_refused_and_the_old_stays(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        first = publish(made, services("a"))
        async with running(tmp_path / "n", made.token()) as node:
            publish(made, BAD)
            await until(lambda: node.source.problem is not None, "it is refused")
            assert "NOT_HERE" in str(node.source.problem)
            sight = made.kept.members.sights[node.shown["node"]]
            await until(
                lambda: made.kept.members.sights[node.shown["node"]].sync == "refused", "it says so"
            )
            assert (sight.hash, node.hash) == (first, first)
            third = publish(made, services("b"))
            await until(lambda: node.hash == third, "the next is taken")
            assert node.source.problem is None


async def test_what_could_not_be_pushed_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gatepost.node.feed_source._RETRY", 0.1)
    async with cluster(tmp_path) as made:
        publish(made, services("a"))
        async with running(tmp_path / "n", made.token()) as node:
            node.fault = Fault("process.silent", "nginx is away.", by=By.OURS)
            second = publish(made, services("b"))
            await until(lambda: "nginx is away." in str(node.source.problem), "it is refused")
            node.fault = None
            await until(lambda: node.hash == second, "it is tried again")
            ident = node.shown["node"]
            await until(lambda: made.kept.members.sights[ident].hash == second, "it is told")


async def test_it_starts_from_its_disk_without_a_control_plane_and_with_a_bad_one(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path) as made:
        first = publish(made, services("a"))
        async with running(tmp_path / "n", made.token()):
            pass
        publish(made, BAD)
        async with running(tmp_path / "n") as node:
            assert node.hash == first
            assert "NOT_HERE" in str(node.source.problem)
        await made.listener.stop()
        async with running(tmp_path / "n") as node:
            assert node.hash == first
            assert not node.shown["connected"]
            assert "cannot be reached" in node.shown["problem"]


async def test_with_neither_it_waits(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        with claim(tmp_path / "n") as prefix:
            node = Node(prefix, made.token())
            starting = asyncio.create_task(node.start())
            await until(lambda: node.shown["connected"], "it is enrolled")
            await asyncio.sleep(0.1)
            assert not starting.done()
            assert node.shown["sync"] == "waiting"
            first = publish(made, services("a"))
            await asyncio.wait_for(starting, 5)
            assert node.hash == first
            assert node.task is not None
            node.task.cancel()
            await node.source.stop()


async def test_a_damaged_disk_is_told_and_the_control_plane_asked(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with cluster(tmp_path) as made:
        first = publish(made, services("a"))
        async with running(tmp_path / "n", made.token()) as node:
            kept = node.source._identity.configuration
        kept.write_text("{")
        async with running(tmp_path / "n") as node:
            assert node.hash == first
        assert "is damaged" in caplog.text


async def test_a_difference_that_does_not_fit_is_answered_with_a_wish_for_the_whole(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path) as made:
        publish(made, services(*MANY))
        async with running(tmp_path / "n", made.token()) as node:
            await until(lambda: node.source._hash, "it runs")
            node.source._snapshot = read(services("other"))  # as if it had gone astray
            second = publish(made, services(*MANY, "more"))
            await until(lambda: node.hash == second, "the whole is taken")
            assert node.source.problem is None


async def test_who_asks_to_look_has_it_ask_again(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        publish(made, services("a"))
        async with running(tmp_path / "n", made.token()) as node:
            since = node.shown["since"]
            node.look_now.set()
            await until(lambda: node.shown["connected"] and node.shown["since"] > since, "anew")


async def test_reports_go_up_with_what_the_hook_makes(tmp_path: Path) -> None:
    async def make() -> dict[str, Any]:
        return {"requests": 7}

    async with cluster(tmp_path) as made:
        publish(made, services("a"))
        with claim(tmp_path / "n") as prefix:
            node = Node(prefix, made.token())
            node.source.report(make, every=0.05)
            await node.start()
            await until(lambda: len(made.kept.desk.taken) > 2, "reports are taken")
            assert [one[3] for one in made.kept.desk.taken[:3]] == [1, 2, 3]
            assert made.kept.desk.taken[0][4] == {"requests": 7}
            await until(lambda: node.shown["reports_waiting"] < 3, "they are acknowledged")
            assert node.task is not None
            node.task.cancel()
            await node.source.stop()


def test_what_is_said_first_is_who_it_is_and_what_it_has(tmp_path: Path) -> None:
    with claim(tmp_path / "n") as prefix:
        hello = Node(prefix).source.hello()
    assert (hello.protocol, hello.hash, hello.sync) == (say.PROTOCOL, "", "waiting")
    assert (hello.epoch, hello.last) == ("", 0)
