import pytest

from gatepost.plugin import Errand, Event, Freshness, Person, Revocation
from gatepost.plugin.testkit import BEGIN, FakeRuntime, Script, World, json_reply
from gatepost.values import Call, Fault, Reply, Tag, TagKind
from tests.unit.plugin.policies import CALL, kept, text

pytestmark = pytest.mark.anyio

SUBJECT = Tag.of(TagKind.SUBJECT, "i", "s")


async def test_a_call_is_traced_without_query_and_password() -> None:
    runtime = FakeRuntime(World(Script().on("GET", "/fact", Reply(200, body=b"x"))))
    call = Call("GET", "https://u:canary@idp.test/fact?token=canary", purpose="introspection")
    await runtime.fact(call, read=text, keep=kept(10))
    await runtime.send(call)
    shown = str(runtime.trace.steps)
    assert "canary" not in shown
    assert "https://idp.test/fact" in shown
    assert runtime.trace.steps[0].details["source"] == "fetched"


async def test_a_failed_call_is_traced_and_for_this_request_only() -> None:
    runtime = FakeRuntime()
    with pytest.raises(Fault):
        await runtime.fact(CALL, read=text, keep=kept(10))
    with pytest.raises(Fault):
        await runtime.send(CALL)
    assert [step.details["failed"] for step in runtime.trace.steps] == ["provider.unreachable"] * 2
    assert len(runtime.reasons) == 2


async def test_the_older_of_two_statements_about_a_tag_decides() -> None:
    world = World()
    world.revocations.add([Revocation(1, SUBJECT, BEGIN)])
    runtime = FakeRuntime(world)
    runtime.rests_on(SUBJECT, issued_at=BEGIN + 5)
    with pytest.raises(Fault, match="revoked"):
        runtime.rests_on(SUBJECT, issued_at=BEGIN - 5)
    unknown = FakeRuntime(world)
    with pytest.raises(Fault, match="revoked"):
        unknown.rests_on(SUBJECT)


async def test_a_tag_of_a_fact_alone_does_not_condemn_a_newer_credential() -> None:
    world = World(Script().on("GET", "/fact", Reply(200, body=b"x")))
    world.revocations.add([Revocation(1, SUBJECT, BEGIN)])
    runtime = FakeRuntime(world)
    await runtime.fact(CALL, read=text, keep=kept(10, 0, SUBJECT))
    runtime.rests_on(SUBJECT, issued_at=BEGIN + 5)
    assert not runtime.revoked()
    assert runtime.tags == (SUBJECT,)


async def test_a_token_tag_of_a_fact_is_refused_when_revoked() -> None:
    token = Tag.of(TagKind.TOKEN, "t")
    world = World(Script().on("GET", "/fact", Reply(200, body=b"x")))
    world.revocations.add([Revocation(1, token, BEGIN)])
    with pytest.raises(Fault, match="revoked"):
        await FakeRuntime(world).fact(CALL, read=text, keep=kept(10, 0, token))


async def test_the_clock_remembers_the_earliest_flip() -> None:
    runtime = FakeRuntime()
    assert runtime.clock.past(BEGIN)
    assert not runtime.clock.past(BEGIN + 9)
    assert not runtime.clock.past(BEGIN + 5)
    assert runtime.clock.deadline == BEGIN + 5
    assert not runtime.clock.raw
    assert runtime.clock.now() == BEGIN
    assert runtime.clock.raw


async def test_randomness_comes_from_the_sources() -> None:
    runtime = FakeRuntime()
    assert len(runtime.random(16)) == 16
    assert runtime.random(4) != runtime.random(4)
    assert runtime.reasons == ["it used random numbers"]


async def test_looking_for_nobody_is_recorded() -> None:
    runtime = FakeRuntime(World(people=[Person("1", "Alice", None)]))
    assert runtime.consumer("username", "nobody") is None
    assert runtime.consumer("username", "ALICE", ignore_case=True) is not None
    assert [tag.kind for tag in runtime.tags] == [
        TagKind.LOOKUP,
        TagKind.LOOKUP,
        TagKind.CONSUMER,
    ]


ERRAND = Errand("ab" * 32, Call("POST", "https://idp.test/token", purpose="token"))


async def test_an_errand_is_done_once_and_its_decision_holds_for_one_request() -> None:
    world = World(Script().on("POST", "/token", Reply(200, body=b"x")))
    runtime = FakeRuntime(world)
    assert (await runtime.do_once(ERRAND)).body == b"x"
    assert (await FakeRuntime(world).do_once(ERRAND)).body == b"x"
    assert len(world.provider.calls) == 1
    assert runtime.reasons == ["token: this call is made once"]
    assert not runtime.acted, "doing it again gives the same answer"


async def test_a_process_without_a_courier_spends_nothing() -> None:
    world = World(Script().on("POST", "/token", Reply(200, body=b"x")))
    world.sources.courier = None
    runtime = FakeRuntime(world)
    for ask in (runtime.do_once(ERRAND), runtime.do_ahead(ERRAND), runtime.claim("a", 1)):
        with pytest.raises(Fault) as caught:
            await ask
        assert caught.value.code == "errand.nobody"
    assert world.provider.calls == []


async def test_what_stands_is_recorded_and_what_was_revoked_is_not() -> None:
    world = World()
    world.revocations.add([Revocation(1, SUBJECT, BEGIN)])
    runtime = FakeRuntime(world)
    assert not runtime.stands(SUBJECT, issued_at=BEGIN - 5)
    assert runtime.tags == ()
    assert not runtime.revoked()
    assert runtime.stands(SUBJECT, issued_at=BEGIN + 5)
    assert runtime.tags == (SUBJECT,)


async def test_a_revocation_bites_when_it_returns() -> None:
    world = World()
    runtime = FakeRuntime(world)
    session = Tag.of(TagKind.SESSION, "i", "1")
    await runtime.revoke((session, BEGIN + 60), why="logout")
    assert runtime.acted
    assert not FakeRuntime(world).stands(session)
    world.jump(60)
    assert FakeRuntime(world).stands(session)


async def test_calls_that_may_be_made_again_are_no_acts() -> None:
    script = Script().when(lambda _: True, Reply(200))
    runtime = FakeRuntime(World(script))
    await runtime.send(Call("POST", "https://idp.test/", purpose="introspection"))
    assert not runtime.acted
    await runtime.send(Call("POST", "https://idp.test/", purpose="token"))
    assert runtime.acted


async def test_events_are_kept_and_traced() -> None:
    runtime = FakeRuntime()
    runtime.tell("login.failed", "callback.state_unknown", route="a")
    assert runtime.events == [Event("login.failed", "callback.state_unknown", {"route": "a"})]
    assert runtime.trace.steps[-1].what == "login.failed"


async def test_a_fact_that_spends_something_is_asked_by_the_courier_and_may_be_remembered() -> None:
    world = World(Script().on("POST", "/token", json_reply({"a": 1})))
    call = Call("POST", "https://idp.example/token", purpose="token")
    errand = Errand("ab" * 32, call, grace=60)
    runtime = FakeRuntime(world)
    for _ in range(2):
        await runtime.fact(call, read=lambda _: 1, keep=lambda _: Freshness(60), errand=errand)
    assert world.courier.counts.made == 1
    assert runtime.reasons == []
