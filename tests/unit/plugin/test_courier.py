"""The courier: one call for all who ask, in this process and across nodes that share a Board."""

import asyncio
import os
from collections.abc import Callable

import pytest

from gatepost.plugin.courier import FAILED, LOCK, LocalCourier
from gatepost.plugin.errand import Errand
from gatepost.values import By, Call, Fault, Headers, RedisSettings, Reply, Transport

pytestmark = pytest.mark.anyio

CALL = Call("POST", "https://idp.test/token", body=b"x", transport=Transport(timeout=0.5))
SHARE = RedisSettings()


def errand(name: str = "ab" * 32, *, share: bool = False, **more: float) -> Errand:
    return Errand(name, CALL, share=SHARE if share else None, seal=b"k" * 32, **more)


class Provider:
    """Counts calls; each takes ``seconds`` and may be told to fail."""

    def __init__(self, seconds: float = 0.01) -> None:
        self.calls = 0
        self.seconds = seconds
        self.fault: Fault | None = None

    async def __call__(self, call: Call) -> Reply:
        self.calls += 1
        number = self.calls
        await asyncio.sleep(self.seconds)
        if self.fault is not None:
            raise self.fault
        return Reply(
            200, Headers([("Content-Type", "text/plain"), ("Set-Cookie", "no")]), b"%d" % number
        )


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class FakeBoard:
    """What a Redis would hold, in memory; ``away`` makes it unreachable."""

    def __init__(self) -> None:
        self.answers: dict[str, bytes] = {}
        self.locks: dict[str, str] = {}
        self.claims: set[str] = set()
        self.away = False

    def _reach(self) -> None:
        if self.away:
            raise Fault("store.unreachable", "away", by=By.OURS)

    async def answer(self, name: str) -> bytes | None:
        self._reach()
        return self.answers.get(name)

    async def tell(self, name: str, sealed: bytes, *, grace: float, spent: float) -> None:
        self._reach()
        self.answers[name] = sealed

    async def lock(self, name: str, owner: str, seconds: float) -> bool:
        self._reach()
        return self.locks.setdefault(name, owner) == owner

    async def unlock(self, name: str, owner: str) -> None:
        self._reach()
        if self.locks.get(name) == owner:
            del self.locks[name]

    async def claim(self, name: str, seconds: float) -> bool:
        self._reach()
        first = name not in self.claims
        self.claims.add(name)
        return first


def courier(
    provider: Provider, board: FakeBoard | None = None, clock: Callable[[], float] | None = None
) -> LocalCourier:
    return LocalCourier(
        provider,
        random=os.urandom,
        boards=None if board is None else lambda _: board,
        monotonic=clock or Clock(),
    )


async def test_two_hundred_who_ask_at_once_make_one_call() -> None:
    provider = Provider()
    one = courier(provider)
    replies = await asyncio.gather(*(one.once(errand()) for _ in range(200)))
    assert provider.calls == 1
    assert {reply.body for reply in replies} == {b"1"}


async def test_who_asks_within_the_grace_gets_the_answer_and_later_nobody_does() -> None:
    provider, clock = Provider(), Clock()
    one = courier(provider, clock=clock)
    wanted = errand(grace=30, spent=100)
    assert (await one.once(wanted)).body == b"1"
    clock.now += 29
    assert (await one.once(wanted)).body == b"1"
    clock.now += 1
    for ask in (one.once, one.ahead):
        with pytest.raises(Fault, match="done before") as caught:
            await ask(wanted)
        assert caught.value.by is By.CLIENT
    clock.now += 100
    assert (await one.once(wanted)).body == b"2"


async def test_a_call_goes_on_when_who_asked_is_gone() -> None:
    provider = Provider(0.05)
    one = courier(provider)
    first = asyncio.ensure_future(one.once(errand()))
    await asyncio.sleep(0.01)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    assert (await one.once(errand())).body == b"1"
    assert provider.calls == 1


async def test_ahead_begins_and_does_not_wait() -> None:
    provider = Provider(0.02)
    one = courier(provider)
    assert await one.ahead(errand()) is None
    assert await one.ahead(errand()) is None
    await asyncio.sleep(0.05)
    found = await one.ahead(errand())
    assert found is not None
    assert found.body == b"1"
    assert provider.calls == 1


async def test_a_failure_is_shared_for_a_moment_and_then_tried_again() -> None:
    provider, clock = Provider(), Clock()
    one = courier(provider, clock=clock)
    provider.fault = Fault("provider.timeout", "late", by=By.PROVIDER)
    for _ in range(5):
        with pytest.raises(Fault, match="late"):
            await one.once(errand())
    assert provider.calls == 1
    provider.fault = None
    clock.now += FAILED
    assert (await one.once(errand())).body == b"2"


async def test_two_nodes_with_one_board_make_one_call() -> None:
    provider, board = Provider(0.05), FakeBoard()
    nodes = [courier(provider, board) for _ in range(2)]
    replies = await asyncio.gather(
        *(node.once(errand(share=True)) for node in nodes for _ in range(50))
    )
    assert provider.calls == 1
    assert {reply.body for reply in replies} == {b"1"}
    assert not board.locks


async def test_what_lies_on_the_board_is_sealed_and_holds_only_what_is_needed() -> None:
    board = FakeBoard()
    await courier(Provider(), board).once(errand(share=True))
    assert b"text/plain" not in next(iter(board.answers.values()))
    late = await courier(Provider(), board).once(errand(share=True))
    assert late.body == b"1"
    assert [name.lower() for name, _ in late.headers] == ["content-type"]
    board.answers["ab" * 32] = b"forged by whoever can write there"
    with pytest.raises(Fault) as caught:
        await courier(Provider(), board).once(errand(share=True))
    assert caught.value.code == "errand.foreign"
    board.answers["ab" * 32] = b""
    with pytest.raises(Fault, match="done before"):
        await courier(Provider(), board).once(errand(share=True))


async def test_a_lock_that_its_owner_left_is_waited_for_and_then_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    board, provider = FakeBoard(), Provider()
    board.locks["ab" * 32] = "a node that died"
    one = courier(provider, board, clock=asyncio.get_running_loop().time)
    waiting = asyncio.ensure_future(one.once(errand(share=True)))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    del board.locks["ab" * 32]  # what Redis does when nobody renews it
    assert (await waiting).body == b"1"
    board.answers.clear()
    board.locks["cd" * 32] = "a node that hangs and renews"
    monkeypatch.setattr("gatepost.plugin.courier.LOCK", 0.05)
    with pytest.raises(Fault) as caught:
        await one.once(errand("cd" * 32, share=True))
    assert caught.value.code == "errand.waited"
    assert LOCK > 1


async def test_without_the_board_nothing_is_spent() -> None:
    board, provider = FakeBoard(), Provider()
    board.away = True
    with pytest.raises(Fault) as caught:
        await courier(provider, board).once(errand(share=True))
    assert caught.value.code == "store.unreachable"
    assert provider.calls == 0


async def test_a_name_is_claimed_once_within_its_time() -> None:
    clock, board = Clock(), FakeBoard()
    one, other = courier(Provider(), board, clock), courier(Provider(), board, clock)
    assert await one.claim("a", 10)
    assert not await one.claim("a", 10)
    assert await other.claim("a", 10), "nothing is shared unless a Redis is named"
    clock.now += 10
    assert await one.claim("a", 10)
    assert await one.claim("b", 10, SHARE)
    assert not await other.claim("b", 10, SHARE)
    board.away = True
    with pytest.raises(Fault):
        await other.claim("c", 10, SHARE)


async def test_close_waits_for_what_is_under_way() -> None:
    provider = Provider(0.05)
    one = courier(provider)
    await one.ahead(errand())
    await one.close()
    assert (await one.once(errand())).body == b"1"


async def test_an_answer_that_says_it_was_not_done_is_tried_again_after_a_moment() -> None:
    clock = Clock()
    statuses = [500, 400, 200]

    async def fetch(call: Call) -> Reply:
        return Reply(statuses.pop(0))

    courier = LocalCourier(fetch, random=os.urandom, monotonic=clock)
    told = []
    for _ in range(3):
        told += [(await courier.once(errand(grace=60, spent=60))).status for _ in range(2)]
        clock.now += FAILED
    assert told == [500, 500, 400, 400, 200, 200]
    clock.now += 60
    with pytest.raises(Fault, match="done before"):
        await courier.once(errand(grace=60, spent=60))


async def test_an_answer_without_a_date_gets_one_so_that_who_asks_late_knows_its_age() -> None:
    courier = LocalCourier(Provider(), random=os.urandom, wall=lambda: 1_800_000_000.0)
    reply = await courier.once(errand())
    assert reply.headers.get("date") == "Fri, 15 Jan 2027 08:00:00 GMT"


JSON = [("Content-Type", "application/json")]
NOT_TOKENS = [
    ([("Content-Type", "text/html")], b"<h1>We are being repaired</h1>"),
    ([("Content-Type", "text/html")], b'{"access_token": "a"}'),
    (JSON, b""),
    (JSON, b'{"access_token": "a'),
    (JSON, b'["access_token"]'),
    (JSON, b'{"access_token": ""}'),
    (JSON, b'{"access_token": null}'),
    (JSON, b'{"access_token": "\xff"}'),
    (JSON, b'{"other": "a"}'),
    (JSON, b"[" * 100_000),
]


@pytest.mark.parametrize("share", [False, True], ids=["one node", "shared"])
@pytest.mark.parametrize(("headers", "body"), NOT_TOKENS)
async def test_an_answer_without_what_was_asked_for_is_as_if_nothing_was_done(
    headers: list[tuple[str, str]], body: bytes, share: bool
) -> None:
    clock, board = Clock(), FakeBoard()
    good = Reply(200, Headers([("Content-Type", "application/x+json")]), b'{"access_token": "t"}')
    replies = [Reply(200, Headers(headers), body), good]

    async def fetch(call: Call) -> Reply:
        return replies.pop(0)

    one = LocalCourier(fetch, random=os.urandom, boards=lambda _: board, monotonic=clock)
    room = SHARE if share else None
    asked = Errand("ab" * 32, CALL, 60, 60, room, seal=b"k" * 32, member="access_token")
    for _ in range(2):
        assert (await one.once(asked)).body == body
    assert board.answers == {}
    clock.now += FAILED
    for _ in range(2):
        assert (await one.once(asked)).body == good.body
    assert replies == []
    assert len(board.answers) == (1 if share else 0)
