"""The desk, asked through the client that authorizers use, over a real socket."""

import asyncio
import os
import socket
import stat
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import aiohttp
import pytest

from gatepost.authorizer.desk_client import DeskClient
from gatepost.node.desk import Desk
from gatepost.plugin import Ending, Errand, LocalCourier
from gatepost.values import By, Call, Fault, Headers, Reply, Tag, TagKind, Transport
from gatepost.values.mac import control_word

pytestmark = pytest.mark.anyio

SECRET = b"s" * 32
CALL = Call("POST", "https://idp.test/token", body=b"x", transport=Transport(timeout=2.0))
SESSION = Tag.of(TagKind.SESSION, "https://a", "s1")


class Behind:
    """A provider and a log of revocations behind a desk."""

    def __init__(self, path: Path) -> None:
        self.calls: list[Call] = []
        self.seconds = 0.0
        self.fault: Fault | None = None
        self.surprise = False
        self.revoked: list[tuple[Sequence[Ending], str]] = []
        self.courier = LocalCourier(self.answer, random=os.urandom)
        self.desk = Desk(path, secret=SECRET, courier=self.courier, revoke=self.revoke)

    async def answer(self, call: Call) -> Reply:
        self.calls.append(call)
        await asyncio.sleep(self.seconds)
        if self.surprise:
            raise RuntimeError("text-nobody-may-see")
        if self.fault is not None:
            raise self.fault
        return Reply(200, Headers([("Content-Type", "a/b")]), b"%d" % len(self.calls))

    async def revoke(self, endings: Sequence[Ending], why: str) -> None:
        await asyncio.sleep(self.seconds)
        self.revoked.append((endings, why))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "desk.sock"


@pytest.fixture
async def behind(path: Path) -> AsyncIterator[Behind]:
    made = Behind(path)
    await made.desk.start()
    yield made
    await made.desk.stop()
    await made.courier.close()


@pytest.fixture
async def client(path: Path, behind: Behind) -> AsyncIterator[DeskClient]:
    made = DeskClient(path, SECRET)
    yield made
    await made.close()


def errand(name: str = "ab" * 32, **more: float) -> Errand:
    return Errand(name, CALL, seal=b"k" * 32, **more)


async def test_nobody_else_can_reach_it(path: Path, behind: Behind) -> None:
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    right = f"Bearer {control_word(SECRET)}"
    connector = aiohttp.UnixConnector(path=str(path))
    async with aiohttp.ClientSession(connector=connector) as session:
        for given in (None, "", right[:-1], f"bearer {right[7:]}", "Bearer \udcff"):
            headers = {} if given is None else {"Authorization": given}
            for where in ("/errand", "/claim", "/revoke"):
                async with session.post(f"http://desk{where}", headers=headers) as reply:
                    assert reply.status == 401
        twice = [("Authorization", right), ("Authorization", right)]
        async with session.post("http://desk/revoke", headers=twice) as reply:
            assert reply.status == 401
        async with session.post("http://desk/nothing", headers={"Authorization": right}) as reply:
            assert reply.status == 404
    assert behind.calls == []
    assert behind.revoked == []


async def test_a_stale_socket_is_replaced(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as old:
        old.bind(str(path))
    made = Behind(path)
    await made.desk.start()
    client = DeskClient(path, SECRET)
    assert await client.claim("a", 10)
    await client.close()
    await made.desk.stop()
    await made.desk.stop()


async def test_an_errand_is_done_once_for_all_who_bring_it(
    path: Path, behind: Behind, client: DeskClient
) -> None:
    behind.seconds = 0.1
    other = DeskClient(path, SECRET)
    replies = await asyncio.gather(
        *(one.once(errand()) for one in (client, other) for _ in range(100))
    )
    assert len(behind.calls) == 1
    assert behind.calls[0] == CALL
    assert {(reply.status, reply.body, reply.media_type()) for reply in replies} == {
        (200, b"1", "a/b")
    }
    await other.close()


async def test_an_errand_can_be_begun_without_waiting(behind: Behind, client: DeskClient) -> None:
    behind.seconds = 0.1
    assert await client.ahead(errand()) is None
    await asyncio.sleep(0.2)
    found = await client.ahead(errand())
    assert found is not None
    assert (found.body, len(behind.calls)) == (b"1", 1)


async def test_who_asked_may_go_away_and_the_errand_goes_on(
    path: Path, behind: Behind, client: DeskClient
) -> None:
    behind.seconds = 0.3
    gone = DeskClient(path, SECRET)
    asking = asyncio.ensure_future(gone.once(errand()))
    await asyncio.sleep(0.1)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    await gone.close()
    assert (await client.once(errand())).body == b"1"
    assert len(behind.calls) == 1


async def test_faults_come_through_and_surprises_become_ours(
    behind: Behind, client: DeskClient, caplog: pytest.LogCaptureFixture
) -> None:
    behind.fault = Fault("provider.timeout", "Late.", by=By.PROVIDER, retry_after=7)
    with pytest.raises(Fault) as caught:
        await client.once(errand())
    assert vars(caught.value) == vars(behind.fault)
    behind.fault, behind.surprise = None, True
    with pytest.raises(Fault) as caught:
        await client.once(errand("cd" * 32))
    assert (caught.value.code, caught.value.by) == ("desk.error", By.OURS)
    assert "nobody-may-see" not in caplog.text + str(caught.value)
    spent = errand("ef" * 32, grace=0.0, spent=60.0)
    behind.surprise = False
    await client.once(spent)
    with pytest.raises(Fault, match="done before") as caught:
        await client.once(spent)
    assert caught.value.by is By.CLIENT


async def test_what_is_no_question_is_told(path: Path, behind: Behind) -> None:
    headers = {"Authorization": f"Bearer {control_word(SECRET)}"}
    connector = aiohttp.UnixConnector(path=str(path))
    async with aiohttp.ClientSession(connector=connector) as session:
        for where in ("/errand", "/claim", "/revoke"):
            async with session.post(f"http://desk{where}", headers=headers, data=b"\xc1") as reply:
                assert (reply.status, b"desk.error" in await reply.read()) == (200, True)


async def test_names_are_claimed_and_tags_revoked(behind: Behind, client: DeskClient) -> None:
    assert await client.claim("jti", 10)
    assert not await client.claim("jti", 10)
    await client.revoke([(SESSION, None), (SESSION, 5.5)], "logged out")
    assert behind.revoked == [([(SESSION, None), (SESSION, 5.5)], "logged out")]


async def test_a_revocation_that_was_begun_is_finished(path: Path, behind: Behind) -> None:
    behind.seconds = 0.2
    gone = DeskClient(path, SECRET)
    asking = asyncio.ensure_future(gone.revoke([(SESSION, None)], "logged out"))
    await asyncio.sleep(0.1)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    await gone.close()
    await behind.desk.stop()
    await asyncio.sleep(0.2)
    assert len(behind.revoked) == 1


async def test_a_desk_that_is_gone_or_hangs_is_told_in_time(
    path: Path, behind: Behind, client: DeskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await client.claim("a", 10)
    behind.seconds = 3.0
    quick = Errand("ab" * 32, Call("GET", "https://a", transport=Transport(timeout=0.1)))
    monkeypatch.setattr("gatepost.authorizer.desk_client.LOCK", 0.0)
    began = time.monotonic()
    with pytest.raises(Fault) as caught:
        await client.once(quick)
    assert 1.0 < time.monotonic() - began < 1.6
    assert (caught.value.code, caught.value.by, caught.value.retry_after) == (
        "process.silent",
        By.OURS,
        1,
    )
    await behind.desk.stop()
    for asking in (client.once(errand()), client.ahead(errand()), client.claim("b", 1)):
        began = time.monotonic()
        with pytest.raises(Fault) as caught:
            await asking
        assert time.monotonic() - began < 0.5
        assert caught.value.code == "process.silent"
