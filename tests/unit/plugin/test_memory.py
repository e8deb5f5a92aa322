"""The rules of what may be remembered, each as a test."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import pytest

from gatepost.plugin import (
    Attribute,
    Edits,
    Evaluation,
    Forward,
    HttpRequest,
    Person,
    Proof,
    Refusal,
    Rejected,
    Request,
    Revocation,
    Runtime,
)
from gatepost.plugin.testkit import BEGIN, Script, World, ask, ask_plan, plan_for
from gatepost.values import By, Call, Fault, Headers, Reply, Tag, TagKind
from tests.unit.plugin.policies import CALL, Doing, Key, Methods, kept, text

pytestmark = pytest.mark.anyio

AUTHORIZATION = Attribute("header", "authorization")
ISSUER = Tag.of(TagKind.ISSUER, "i")
GOOD = Proof("f", claims={"access_token": {"sub": "s"}})
Act = Callable[[Request, Runtime], Any]


def provider() -> World:
    return World(Script().on("GET", "/fact", Reply(200, body=b"x")))


async def doing(act: Act, world: World | None = None, **more: Any) -> Evaluation:
    return await ask(Doing(act, **more), {}, world=world)


async def test_a_forward_is_remembered_for_the_longest_time_at_most() -> None:
    found = await doing(lambda *_: None)
    assert (found.memory.until, found.memory.reasons) == (BEGIN + 300, ())
    assert not found.memory.refused_space


@pytest.mark.parametrize(
    "read",
    [
        lambda r, _: (r.header("x-other"), None)[1],
        lambda r, _: (r.query("q"), None)[1],
        lambda r, _: (r.cookie("c"), None)[1],
        lambda r, _: (r.method(), None)[1],
        lambda r, _: (r.path(), None)[1],
        lambda r, _: (r.args(), None)[1],
        lambda r, _: (r.headers(), None)[1],
        lambda r, _: (r.body(), None)[1],
        lambda r, _: (r.content_type(), None)[1],
        lambda r, _: (r.connection("address"), None)[1],
        lambda r, _: (r.connection("host"), None)[1],
    ],
)
async def test_a_hostile_plugin_that_reads_what_it_did_not_declare_is_never_remembered(
    read: Act,
) -> None:
    found = await doing(read, attributes=(AUTHORIZATION,))
    assert isinstance(found.decision, Forward)
    assert found.memory.until == 0
    assert "outside the key" in found.memory.reasons[0]


async def test_reading_a_bit_that_was_not_declared_is_a_refusal() -> None:
    found = await doing(lambda r, _: (r.bit("preflight"), None)[1])
    assert isinstance(found.decision, Refusal)
    assert found.decision.status == 503


async def test_reading_what_was_declared_is_remembered_also_when_it_is_absent() -> None:
    declared = (AUTHORIZATION, Attribute("method"), Attribute("bit", "preflight"))

    def read(request: Request, _: Runtime) -> None:
        request.header("Authorization")
        request.method()
        request.bit("preflight")

    found = await doing(read, attributes=declared)
    assert found.memory.until == BEGIN + 300
    assert all(found.reads.values())


@pytest.mark.parametrize(
    "act",
    [
        lambda _, runtime: (runtime.clock.now(), None)[1],
        lambda _, runtime: (runtime.random(8), None)[1],
        lambda _, runtime: runtime.once("I say so"),
    ],
)
async def test_raw_time_chance_and_once_are_for_this_request_only(act: Act) -> None:
    found = await doing(act)
    assert found.memory.until == 0
    assert len(found.memory.reasons) == 1


async def test_a_call_whose_answer_is_not_kept_is_for_this_request_only() -> None:
    async def act(_: Request, runtime: Runtime) -> None:
        await runtime.send(CALL)

    assert (await doing(act, provider())).memory.until == 0


async def test_a_comparison_with_the_time_is_remembered_until_it_flips() -> None:
    found = await doing(lambda _, runtime: (runtime.clock.past(BEGIN + 42), None)[1])
    assert found.memory.until == BEGIN + 42
    found = await doing(lambda _, runtime: (runtime.clock.past(BEGIN), None)[1])
    assert found.memory.until == BEGIN + 300


async def test_a_moment_that_was_named_bounds_the_memory() -> None:
    found = await doing(lambda _, runtime: runtime.holds_until(BEGIN + 7, "touch"))
    assert found.memory.until == BEGIN + 7


def using(**keep: Any) -> Act:
    async def act(_: Request, runtime: Runtime) -> None:
        await runtime.fact(CALL, read=text, keep=kept(**keep))

    return act


async def test_a_fact_bounds_the_memory_by_its_absolute_deadline() -> None:
    world = provider()
    assert (await doing(using(seconds=60), world)).memory.until == BEGIN + 60
    world.jump(20)
    found = await doing(using(seconds=60), world)
    assert found.memory.until == BEGIN + 60
    assert world.provider.count("fact") == 1


async def test_a_fact_that_is_not_kept_is_for_this_request_only() -> None:
    assert (await doing(using(seconds=0), provider())).memory.until == 0


async def test_a_stale_fact_is_for_this_request_only() -> None:
    world = provider()
    await doing(using(seconds=10, stale=60), world)
    world.jump(30)
    world.provider.on("GET", "/fact", Fault("provider.timeout", "Slow.", by=By.PROVIDER))
    found = await doing(using(seconds=10, stale=60), world)
    assert isinstance(found.decision, Forward)
    assert found.memory.until == 0


async def test_a_throttled_fact_is_for_this_request_only() -> None:
    world = provider()

    async def act(_: Request, runtime: Runtime) -> Refusal:
        await runtime.fact(CALL, read=text, keep=kept(3600), younger_than=5)
        return Refusal(401, "key.unknown", "Unauthorized")

    await doing(act, world)
    world.jump(6)
    world.provider.on("GET", "/fact", Fault("provider.timeout", "Slow.", by=By.PROVIDER))
    assert (await doing(act, world)).memory.until == 0
    assert (await doing(act, world)).memory.until == 0
    assert world.provider.count("fact") == 2


async def test_a_refusal_that_rests_on_a_failed_fact_is_never_remembered() -> None:
    async def act(_: Request, runtime: Runtime) -> Refusal:
        try:
            await runtime.fact(CALL, read=text, keep=kept(10))
        except Fault:
            return Refusal(401, "key.unknown", "Unauthorized")
        raise AssertionError

    found = await doing(act)
    assert found.memory.until == 0
    assert "no usable answer" in found.memory.reasons[0]


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refusal_is_remembered_shortly_and_in_a_space_of_its_own(status: int) -> None:
    found = await doing(lambda *_: Refusal(status, "x.y", "No"))
    assert (found.memory.until, found.memory.refused_space) == (BEGIN + 10, True)


@pytest.mark.parametrize("status", [302, 429, 500, 503])
async def test_other_refusals_are_never_remembered(status: int) -> None:
    assert (await doing(lambda *_: Refusal(status, "x.y", "No"))).memory.until == 0


@pytest.mark.parametrize("name", ["Location", "set-cookie"])
async def test_an_answer_with_a_location_or_a_cookie_is_never_remembered(name: str) -> None:
    pairs = ((name, "x"),)
    refused = await doing(lambda *_: Refusal(401, "x.y", "No", headers=pairs))
    assert refused.memory.until == 0
    forwarded = await doing(lambda *_: Edits(response_headers=pairs))
    assert forwarded.memory.until == 0


async def test_a_reply_is_never_remembered() -> None:
    assert (await doing(lambda *_: Reply(200))).memory.until == 0


async def test_a_changed_body_is_never_remembered() -> None:
    assert (await doing(lambda *_: Edits(body=b""))).memory.until == 0


def authorized(value: str, **more: str) -> HttpRequest:
    fields = [("Authorization", value), *more.items()]
    return HttpRequest(headers=Headers(fields))


@pytest.mark.parametrize(
    "request_", [authorized("DPoP x"), authorized("dpop x"), authorized("Bearer x", DPoP="p")]
)
async def test_dpop_is_never_remembered(request_: HttpRequest) -> None:
    found = await ask(Methods(lambda *_: GOOD), {}, request_)
    assert isinstance(found.decision, Forward)
    assert found.memory.until == 0


async def test_a_token_bound_to_a_dpop_key_is_never_remembered() -> None:
    bound = Proof("f", claims={"introspection": {"cnf": {"jkt": "x"}}})
    assert (await ask(Methods(lambda *_: bound), {})).memory.until == 0
    refused = Methods(lambda *_: bound, admit=lambda _: Refusal(403, "a.b", "No"))
    assert (await ask(refused, {})).memory.until == 0


async def test_a_credential_that_ends_bounds_the_memory_and_the_stream() -> None:
    found = await ask(Methods(lambda *_: Proof("f", ends=BEGIN + 33)), {})
    assert (found.memory.until, found.memory.ends) == (BEGIN + 33, BEGIN + 33)


async def test_a_plan_that_is_never_remembered_says_why() -> None:
    plan = plan_for((Doing(lambda *_: None, never="caching is off"), {}))
    assert not plan.remember
    assert (await ask_plan(plan)).memory.reasons == ("doing: caching is off",)


async def test_the_tags_of_facts_credentials_and_consumers_are_all_there() -> None:
    world = World(Script().on("GET", "/fact", Reply(200, body=b"x")), [Person("1", "alice", None)])

    async def act(_: Request, runtime: Runtime) -> None:
        await runtime.fact(CALL, read=text, keep=kept(9, 0, ISSUER))
        runtime.rests_on(Tag.of(TagKind.SUBJECT, "i", "s"), issued_at=5)
        runtime.consumer("username", "alice")
        runtime.consumer("custom_id", "nobody")

    found = await doing(act, world)
    assert set(found.memory.tags) == {
        ISSUER,
        Tag.of(TagKind.SUBJECT, "i", "s"),
        Tag.of(TagKind.CONSUMER, "1"),
        Tag.of(TagKind.LOOKUP, "username", "alice"),
        Tag.of(TagKind.LOOKUP, "custom_id", "nobody"),
    }


async def test_what_was_revoked_is_refused() -> None:
    world = World()
    world.revocations.add([Revocation(1, Tag.of(TagKind.CLIENT, "key", "good"), BEGIN)])
    found = await ask(Key(), {}, HttpRequest(headers=Headers([("x-key", "good")])), world=world)
    assert isinstance(found.decision, Refusal)
    assert (found.decision.status, found.decision.code) == (401, "credential.revoked")


async def test_a_revocation_that_lands_while_a_question_is_in_flight_wins() -> None:
    tag = Tag.of(TagKind.TOKEN, "t")
    world = World()
    asked = asyncio.Event()
    go = asyncio.Event()

    class Slow(Script):
        async def __call__(self, call: Call) -> Reply:
            asked.set()
            await go.wait()
            return Reply(200, body=b"active")

    slow = Slow()
    world.sources.facts._fetch = slow

    async def prove(_: Request, runtime: Runtime) -> Proof:
        runtime.rests_on(tag)
        await runtime.fact(CALL, read=text, keep=kept(60, 0, tag))
        return GOOD

    question = asyncio.ensure_future(ask(Methods(prove), {}, world=world))
    await asked.wait()
    world.revocations.add([Revocation(1, tag, BEGIN)])
    world.sources.facts.purge([tag])
    go.set()
    found = await question
    assert isinstance(found.decision, Refusal)
    assert found.decision.code == "credential.revoked"


async def test_a_plugin_that_does_not_heed_a_revocation_forwards_nothing() -> None:
    tag = Tag.of(TagKind.TOKEN, "t")
    world = World()
    world.revocations.add([Revocation(1, tag, BEGIN)])

    def prove(_: Request, runtime: Runtime) -> Proof:
        with contextlib.suppress(Fault):
            runtime.rests_on(tag)
        return GOOD

    found = await ask(Methods(prove), {}, world=world)
    assert isinstance(found.decision, Refusal)


async def test_anonymous_may_stand_in_for_a_revoked_credential() -> None:
    world = World(people=[Person("1", "guest", None)])
    world.revocations.add([Revocation(1, Tag.of(TagKind.CLIENT, "key", "good"), BEGIN)])
    request = HttpRequest(headers=Headers([("x-key", "good")]))
    found = await ask(Key(), {"anonymous": "guest"}, request, world=world)
    assert isinstance(found.decision, Forward)
    assert found.decision.consumer.anonymous
    assert found.decision.edits.headers == (("x-key", None),)


async def test_a_token_that_expires_while_the_provider_is_asked_is_judged_anew() -> None:
    world = World()

    def slow(call: Call) -> Reply:
        world.jump(10)
        return Reply(200, body=b"x")

    world.provider.on("GET", "/fact", slow)

    async def prove(_: Request, runtime: Runtime) -> Proof | Rejected:
        if runtime.clock.past(BEGIN + 5):
            return Rejected("token.expired", "expired")
        await runtime.fact(CALL, read=text, keep=kept(60))
        return GOOD

    found = await ask(Methods(prove), {}, world=world)
    assert isinstance(found.decision, Refusal)
    assert found.decision.code == "token.expired"


async def test_what_never_settles_is_503() -> None:
    world = World()

    def prove(_: Request, runtime: Runtime) -> Proof:
        runtime.clock.past(world.wall + 1)
        world.jump(2)
        return GOOD

    found = await ask(Methods(prove), {}, world=world)
    assert isinstance(found.decision, Refusal)
    assert found.decision.status == 503
