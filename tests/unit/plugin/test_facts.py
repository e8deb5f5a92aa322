import asyncio

import pytest

from gatepost.plugin import Facts, Freshness
from gatepost.plugin.facts import PREPARED, REFUSED_SHARE
from gatepost.plugin.testkit import Script, World
from gatepost.values import By, Call, Fault, Headers, Reply, Tag, TagKind, Transport
from tests.unit.plugin.policies import CALL, kept, text

pytestmark = pytest.mark.anyio

ISSUER = Tag.of(TagKind.ISSUER, "https://idp.test")


class Numbered:
    """A provider that answers with the number of the call, and may be held up or broken."""

    def __init__(self) -> None:
        self.asked = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.broken = False

    async def __call__(self, call: Call) -> Reply:
        self.asked += 1
        mine = self.asked
        await self.gate.wait()
        if self.broken:
            raise Fault("provider.unreachable", "Away.", by=By.PROVIDER)
        return Reply(200, body=str(mine).encode())


def facts_of(provider: Numbered, world: World, **more: int) -> Facts:
    return Facts(
        provider,
        secret=b"s",
        wall=lambda: world.wall,
        monotonic=lambda: world.monotonic,
        **more,
    )


async def test_a_fact_is_kept_until_its_deadline() -> None:
    provider, world = Numbered(), World()
    facts = facts_of(provider, world)
    first = await facts.get(CALL, read=text, keep=kept(10))
    assert (first.value, first.until, first.source) == ("1", world.wall + 10, "fetched")
    world.jump(9)
    again = await facts.get(CALL, read=text, keep=kept(10))
    assert (again.value, again.until, again.source) == ("1", world.wall + 1, "kept")
    world.jump(1)
    assert (await facts.get(CALL, read=text, keep=kept(10))).value == "2"


async def test_each_asker_has_its_own_deadline() -> None:
    provider, world = Numbered(), World()
    facts = facts_of(provider, world)
    await facts.get(CALL, read=text, keep=kept(3600))
    world.jump(20)
    assert (await facts.get(CALL, read=text, keep=kept(10))).value == "2"
    assert (await facts.get(CALL, read=text, keep=kept(3600))).value == "2"


@pytest.mark.parametrize(("wall", "monotonic"), [(11, 0), (0, 11), (-5, 1)])
async def test_the_clock_that_says_more_decides(wall: float, monotonic: float) -> None:
    provider, world = Numbered(), World()
    facts = facts_of(provider, world)
    await facts.get(CALL, read=text, keep=kept(10))
    world.wall += wall
    world.monotonic += monotonic
    assert (await facts.get(CALL, read=text, keep=kept(10))).value == "2"


@pytest.mark.parametrize(
    "other",
    [
        Call("POST", CALL.url, transport=CALL.transport),
        Call("GET", CALL.url + "?a", transport=CALL.transport),
        Call("GET", CALL.url, headers=Headers([("a", "b")]), transport=CALL.transport),
        Call("GET", CALL.url, body=b"x", transport=CALL.transport),
        Call("GET", CALL.url, transport=Transport(timeout=2)),
        Call("GET", CALL.url, transport=Transport(timeout=1, ssl_verify=False)),
        Call("GET", CALL.url, transport=Transport(timeout=1, https_proxy_authorization="x")),
    ],
)
async def test_another_call_is_another_fact(other: Call) -> None:
    provider, world = Numbered(), World()
    facts = facts_of(provider, world)
    await facts.get(CALL, read=text, keep=kept(10))
    assert (await facts.get(other, read=text, keep=kept(10))).value == "2"


async def test_other_settings_and_other_readers_are_other_facts() -> None:
    provider, world = Numbered(), World()
    facts = facts_of(provider, world)
    await facts.get(CALL, read=text, keep=kept(10))
    await facts.get(CALL, read=text, keep=kept(10), settings=("a", "b"))
    await facts.get(CALL, read=text, keep=kept(10), settings=("ab",))
    await facts.get(CALL, read=lambda reply: reply.body, keep=kept(10))
    assert provider.asked == 4

    def closed_over(prefix: str):  # type: ignore[no-untyped-def]
        return lambda reply: prefix + text(reply)

    assert (await facts.get(CALL, read=closed_over("a"), keep=kept(10))).value == "a5"
    assert (await facts.get(CALL, read=closed_over("b"), keep=kept(10))).value == "b6"


async def test_concurrent_askers_share_one_call() -> None:
    provider, world = Numbered(), World()
    facts = facts_of(provider, world)
    provider.gate.clear()
    asking = [asyncio.ensure_future(facts.get(CALL, read=text, keep=kept(10))) for _ in range(200)]
    await asyncio.sleep(0)
    provider.gate.set()
    found = await asyncio.gather(*asking)
    assert provider.asked == 1
    assert {fact.value for fact in found} == {"1"}
    assert all(fact.once is None for fact in found)


async def test_what_is_not_kept_is_shared_with_nobody() -> None:
    provider, world = Numbered(), World()
    facts = facts_of(provider, world)
    for _ in range(2):
        asking = [facts.get(CALL, read=text, keep=kept(0)) for _ in range(5)]
        found = await asyncio.gather(*asking)
        assert len({fact.value for fact in found}) == 5
        assert all(fact.once for fact in found)
    assert provider.asked == 10
    assert len(facts) == 0


async def test_an_asker_that_gives_up_does_not_take_the_others_with_it() -> None:
    provider, world = Numbered(), World()
    facts = facts_of(provider, world)
    provider.gate.clear()
    first = asyncio.ensure_future(facts.get(CALL, read=text, keep=kept(10)))
    await asyncio.sleep(0)
    second = asyncio.ensure_future(facts.get(CALL, read=text, keep=kept(10)))
    await asyncio.sleep(0)
    first.cancel()
    provider.gate.set()
    assert (await second).value == "1"


async def test_a_failure_is_never_kept() -> None:
    provider, world = Numbered(), World()
    facts = facts_of(provider, world)
    provider.broken = True
    for _ in range(2):
        with pytest.raises(Fault, match="Away"):
            await facts.get(CALL, read=text, keep=kept(10, 10))
    provider.broken = False
    assert (await facts.get(CALL, read=text, keep=kept(10))).value == "3"


async def test_what_reading_refuses_is_never_kept() -> None:
    script = Script().on("GET", "/fact", Reply(500))
    facts = World(script).sources.facts
    for _ in range(2):
        with pytest.raises(Fault):
            await facts.get(CALL, read=text, keep=kept(10))
    assert len(script.calls) == 2


async def test_a_stale_fact_stands_in_for_a_failure_and_is_for_one_request() -> None:
    provider, world = Numbered(), World()
    facts = facts_of(provider, world)
    await facts.get(CALL, read=text, keep=kept(10, 60))
    world.jump(30)
    provider.broken = True
    found = await facts.get(CALL, read=text, keep=kept(10, 60))
    assert (found.value, found.source) == ("1", "stale")
    assert found.once
    await facts.get(CALL, read=text, keep=kept(10, 60))
    assert provider.asked == 2, "it is not asked again at once"
    world.jump(6)
    await facts.get(CALL, read=text, keep=kept(10, 60))
    assert provider.asked == 3
    world.jump(60)
    with pytest.raises(Fault):
        await facts.get(CALL, read=text, keep=kept(10, 60))


async def test_a_refusal_by_the_client_is_not_hidden_behind_a_stale_fact() -> None:
    world = World(Script().on("GET", "/fact", Reply(200, body=b"x")))
    await world.sources.facts.get(CALL, read=text, keep=kept(10, 60))
    world.jump(30)
    fault = Fault("token.inactive", "No.", by=By.CLIENT)
    world.provider.on("GET", "/fact", fault)
    with pytest.raises(Fault, match="No"):
        await world.sources.facts.get(CALL, read=text, keep=kept(10, 60))


async def test_a_younger_fact_is_asked_for_once_in_that_time() -> None:
    provider, world = Numbered(), World()
    facts = facts_of(provider, world)
    await facts.get(CALL, read=text, keep=kept(3600))
    world.jump(60)
    fresh = await facts.get(CALL, read=text, keep=kept(3600), younger_than=5)
    assert (fresh.value, fresh.until) == ("2", world.wall + 5)
    world.jump(2)
    again = await facts.get(CALL, read=text, keep=kept(3600), younger_than=5)
    assert (again.value, again.until, again.once) == ("2", world.wall + 3, None)
    world.jump(10)
    provider.broken = True
    found = [await facts.get(CALL, read=text, keep=kept(3600), younger_than=5) for _ in range(100)]
    assert provider.asked == 3
    assert all(one.value == "2" and one.once for one in found)


async def test_who_needs_a_younger_fact_while_it_is_asked_for_waits_for_it() -> None:
    provider, world = Numbered(), World()
    facts = facts_of(provider, world)
    await facts.get(CALL, read=text, keep=kept(3600))
    world.jump(60)
    provider.gate.clear()
    asking = [
        asyncio.ensure_future(facts.get(CALL, read=text, keep=kept(3600), younger_than=5))
        for _ in range(10)
    ]
    await asyncio.sleep(0)
    provider.gate.set()
    assert {fact.value for fact in await asyncio.gather(*asking)} == {"2"}


async def test_the_bound_in_bytes_holds_and_the_least_used_goes() -> None:
    provider, world = Numbered(), World()
    facts = facts_of(provider, world, limit=5000)
    for number in range(10):
        await facts.get(Call("GET", f"http://x/{number}"), read=text, keep=kept(10))
        await facts.get(Call("GET", "http://x/0"), read=text, keep=kept(10))
    assert facts.bytes <= 5000
    assert facts.counts.evictions == 6
    assert provider.asked == 10, "the one in use was never evicted"


async def test_a_flood_of_refused_facts_pushes_out_no_accepted_one() -> None:
    def refused(_: str) -> Freshness:
        return Freshness(60, refused=True)

    provider, world = Numbered(), World()
    facts = facts_of(provider, world, limit=100_000)
    good = [Call("GET", f"http://good/{number}") for number in range(50)]
    for call in good:
        await facts.get(call, read=text, keep=kept(3600))
    for number in range(1000):
        await facts.get(Call("GET", f"http://bad/{number}"), read=text, keep=refused)
    for call in good:
        assert (await facts.get(call, read=text, keep=kept(3600))).source == "kept"
    last = Call("GET", "http://bad/999")
    assert (await facts.get(last, read=text, keep=refused)).source == "kept"
    assert len(facts) <= 50 + 100_000 // REFUSED_SHARE // 1024
    world.jump(60)
    assert (await facts.get(last, read=text, keep=refused)).source == "fetched"
    assert facts.bytes <= 100_000


async def test_a_purge_by_tag_forgets_what_rests_on_it_alone() -> None:
    provider, world = Numbered(), World()
    facts = facts_of(provider, world)
    await facts.get(CALL, read=text, keep=kept(10, 0, ISSUER))
    await facts.get(Call("GET", "http://x/"), read=text, keep=kept(10))
    assert facts.purge([ISSUER, Tag.of(TagKind.ISSUER, "other")]) == 1
    assert len(facts) == 1
    assert (await facts.get(CALL, read=text, keep=kept(10, 0, ISSUER))).value == "3"


async def test_a_purge_while_the_call_is_in_flight_wins() -> None:
    provider, world = Numbered(), World()
    facts = facts_of(provider, world)
    provider.gate.clear()
    before = asyncio.ensure_future(facts.get(CALL, read=text, keep=kept(10, 0, ISSUER)))
    await asyncio.sleep(0)
    facts.purge([ISSUER])
    after = asyncio.ensure_future(facts.get(CALL, read=text, keep=kept(10, 0, ISSUER)))
    await asyncio.sleep(0)
    provider.gate.set()
    assert (await before).once, "it may not be remembered"
    assert (await after).value == "2", "who asks after the purge hears a new answer"
    assert (await facts.get(CALL, read=text, keep=kept(10, 0, ISSUER))).value == "2"


async def test_freshness_is_asked_of_the_value() -> None:
    provider, world = Numbered(), World()
    facts = facts_of(provider, world)
    keep = lambda value: Freshness(5 if value == "1" else 50)  # noqa: E731
    assert (await facts.get(CALL, read=text, keep=keep)).until == world.wall + 5


def _document(reply: Reply) -> str:
    return reply.body.decode()


def _other_document(reply: Reply) -> str:
    return reply.body.decode()


async def test_a_prepared_call_shares_a_fact_with_its_equal_and_with_nothing_else() -> None:
    provider, world = Numbered(), World()
    facts = facts_of(provider, world)
    prepared, equal = Call("GET", "http://a/x"), Call("GET", "http://a/x")
    for call in (prepared, prepared, equal):
        assert (await facts.get(call, read=_document, keep=kept(10))).value == "1"
    other = await facts.get(prepared, read=_document, keep=kept(10), settings=("else",))
    assert other.value == "2"
    assert (await facts.get(prepared, read=_other_document, keep=kept(10))).value == "3"
    assert (await facts.get(prepared, read=_document, keep=kept(10))).value == "1"


async def test_a_call_with_a_credential_is_not_held_for_its_key() -> None:
    facts = facts_of(Numbered(), World())
    for call in (
        Call("POST", "http://a/x", body=b"token=t"),
        Call("GET", "http://a/x", Headers([("Authorization", "Bearer t")])),
    ):
        await facts.get(call, read=_document, keep=kept(10))
        assert not facts._prepared


async def test_calls_held_for_their_keys_are_bounded() -> None:
    facts = facts_of(Numbered(), World())
    for number in range(PREPARED + 10):
        await facts.get(Call("GET", f"http://a/{number}"), read=_document, keep=kept(10))
        assert len(facts._prepared) <= PREPARED
