import logging
from typing import Any

import pytest

from gatepost.plugin import (
    Absent,
    Attribute,
    Bound,
    Edits,
    Evaluation,
    Failure,
    Forward,
    HttpRequest,
    Person,
    Place,
    Proof,
    Refusal,
    Rejected,
    Request,
    Runtime,
)
from gatepost.plugin.chain import Chain, Link
from gatepost.plugin.decision import KEEP
from gatepost.plugin.testkit import FakeRuntime, World, ask, ask_plan, plan_for
from gatepost.values import By, Fault, Headers, Reply
from tests.unit.plugin.policies import Doing, Key, Methods

pytestmark = pytest.mark.anyio

GUEST = Person("guest-id", "guest", None)
ALICE = Person("alice-id", "alice", "a-1", ("gold", "staff"))
FIRST, SECOND = Key("first", 1010), Key("second", 1005)


def sent(**headers: str) -> HttpRequest:
    return HttpRequest(headers=Headers((k.replace("_", "-"), v) for k, v in headers.items()))


def forward(found: Evaluation) -> Forward:
    assert isinstance(found.decision, Forward), found.decision
    return found.decision


def refusal(found: Evaluation) -> Refusal:
    assert isinstance(found.decision, Refusal), found.decision
    return found.decision


def either(**more: object) -> dict[str, object]:
    return {"anonymous": "guest", **more}


async def test_a_good_credential_is_forwarded_without_the_credential() -> None:
    found = forward(await ask(Key(), {}, sent(x_key="good")))
    assert found.edits.headers == (("x-key", None),)
    assert found.edits.authorization is KEEP


async def test_a_credential_stays_when_it_is_not_to_be_hidden() -> None:
    found = forward(await ask(Key(), {"hide_credentials": False}, sent(x_key="good")))
    assert found.edits == Edits()


async def test_no_credential_is_401_with_a_challenge_that_names_no_error() -> None:
    found = refusal(await ask(Key(), {}))
    assert (found.status, found.code, found.challenges) == (401, "credential.absent", ("key",))
    assert found.message == "Unauthorized"


async def test_a_bad_credential_is_401_with_its_error() -> None:
    found = refusal(await ask(Key(), {}, sent(x_key="bad")))
    assert (found.status, found.code, found.challenges) == (
        401,
        "token.invalid",
        ('key error="invalid"',),
    )


async def test_a_fault_by_the_client_is_a_rejection() -> None:
    found = refusal(await ask(Key(), {}, sent(x_key="malformed")))
    assert (found.status, found.code) == (401, "token.malformed")


async def test_a_fault_by_the_provider_is_503_and_never_401() -> None:
    found = await ask(Key(), {}, sent(x_key="broken"))
    assert (refusal(found).status, refusal(found).retry_after) == (503, 7)
    assert found.memory.until == 0
    assert found.verdict is not None
    assert found.verdict.unavailable
    assert found.verdict.label == "unavailable"


async def test_unavailability_never_becomes_anonymous() -> None:
    world = World(people=[GUEST])
    found = refusal(await ask(Key(), either(), sent(x_key="broken"), world=world))
    assert found.status == 503


async def test_a_reply_of_a_method_is_the_answer() -> None:
    found = await ask(Key(), {}, sent(x_key="redirect"))
    assert found.decision == Reply(302)
    assert found.memory.until == 0


async def test_anonymous_stands_in_when_nothing_was_presented() -> None:
    found = await ask(Key(), either(), world=World(people=[GUEST]))
    consumer = forward(found).consumer
    assert (consumer.id, consumer.username, consumer.anonymous) == ("guest-id", "guest", True)
    assert not found.memory.refused_space


async def test_a_rejected_credential_is_stripped_when_anonymous_takes_over() -> None:
    found = await ask(Key(), either(), sent(x_key="bad"), world=World(people=[GUEST]))
    assert forward(found).consumer.anonymous
    assert forward(found).edits.headers == (("x-key", None),)
    assert found.memory.refused_space
    assert found.memory.until - 1_800_000_000 <= 10


async def test_a_rejection_that_names_no_place_strips_every_declared_place() -> None:
    found = await ask(Key(), either(), sent(x_key="malformed"), world=World(people=[GUEST]))
    assert forward(found).edits.headers == (("x-key", None),)


async def test_a_stranger_as_anonymous_is_401() -> None:
    found = await ask(Key(), either())
    assert (refusal(found).status, refusal(found).code) == (401, "anonymous.unknown")


@pytest.mark.parametrize("code", ["consumer.unknown", "scope.missing"])
async def test_anonymous_stands_in_for_a_failed_mapping_and_not_for_a_403(code: str) -> None:
    plugin = Methods(
        lambda *_: Proof("f", places=(Place("header", "Authorization"),)),
        admit=lambda _: Refusal(403, code, "Forbidden"),
        anonymous="guest",
    )
    found = await ask(plugin, {}, world=World(people=[GUEST]))
    if code == "consumer.unknown":
        assert forward(found).consumer.anonymous
        assert forward(found).edits.authorization is None
    else:
        assert refusal(found).status == 403


async def test_two_plugins_without_anonymous_must_both_be_satisfied() -> None:
    plan = plan_for((FIRST, {"place": "header:a"}), (SECOND, {"place": "header:b"}))
    assert refusal(await ask_plan(plan, sent(a="good"))).challenges == ("second",)
    assert refusal(await ask_plan(plan, sent(b="good"))).challenges == ("first",)
    both = await ask_plan(plan, sent(a="good", b="good"))
    assert forward(both).edits.headers == (("a", None), ("b", None))


async def test_two_plugins_with_anonymous_are_alternatives() -> None:
    plan = plan_for(
        (FIRST, either(place="header:a", consumer="alice")),
        (SECOND, either(place="header:b", consumer="alice")),
    )
    world = World(people=[GUEST, ALICE])
    for request in (sent(a="good"), sent(b="good"), sent(a="good", b="bad")):
        consumer = forward(await ask_plan(plan, request, world=world)).consumer
        assert (consumer.username, consumer.anonymous) == ("alice", False)
    nobody = forward(await ask_plan(plan, sent(), world=world)).consumer
    assert (nobody.username, nobody.anonymous) == ("guest", True)


async def test_a_later_plugin_with_anonymous_steps_aside_and_asks_nobody() -> None:
    plan = plan_for((FIRST, either(place="header:a")), (SECOND, either(place="header:b")))
    found = await ask_plan(plan, sent(a="good", b="broken"), world=World(people=[GUEST]))
    assert forward(found).consumer.anonymous is False
    assert any("stepped aside" in step.what for step in found.trace.steps)


async def test_the_last_refusal_has_the_challenges_of_all_that_failed() -> None:
    plan = plan_for((FIRST, either(place="header:a")), (SECOND, {"place": "header:b"}))
    found = await ask_plan(plan, sent(), world=World(people=[GUEST]))
    assert refusal(found).challenges == ("second", "first")


async def test_two_callers_are_never_mixed_in_the_identity_headers() -> None:
    bob = Person("bob-id", "bob", None)
    plan = plan_for(
        (FIRST, {"place": "header:a", "consumer": "alice"}),
        (SECOND, {"place": "header:b", "consumer": "bob"}),
    )
    found = await ask_plan(plan, sent(a="good", b="good"), world=World(people=[ALICE, bob]))
    consumer = forward(found).consumer
    assert (consumer.id, consumer.username, consumer.custom_id) == ("bob-id", "bob", None)


async def test_the_first_credential_found_decides_and_nobody_else_is_asked() -> None:
    asked = []

    def prove(request: Request, runtime: Runtime) -> Rejected:
        asked.append(1)
        return Rejected("token.invalid", "no")

    plan = plan_for((Methods(prove), {}), (SECOND, {}))
    assert refusal(await ask_plan(plan, sent(x_key="good"))).code == "token.invalid"
    assert asked == [1]


async def test_plugins_that_authenticate_nobody_see_who_was_authenticated() -> None:
    seen = []

    class Seeing(Doing):
        def bind(self, config, site):  # type: ignore[no-untyped-def]
            bound = super().bind(config, site)

            async def check(request, runtime, so_far):  # type: ignore[no-untyped-def]
                seen.append(so_far.consumer.username)
                return Edits()

            bound.check = check
            return bound

    plan = plan_for((Seeing(lambda *_: None), {}), (Key(), either()))
    await ask_plan(plan, world=World(people=[GUEST]))
    assert seen == ["guest"]


@pytest.mark.parametrize(
    ("body", "kind", "left"),
    [
        (b"a=1&key=good&b=%20x", "application/x-www-form-urlencoded", b"a=1&b=%20x"),
        (b"%6bey=good&key=good", "application/x-www-form-urlencoded; charset=utf-8", b""),
    ],
)
async def test_a_credential_in_the_body_is_taken_out_of_it(
    body: bytes, kind: str, left: bytes
) -> None:
    request = HttpRequest("POST", headers=Headers([("content-type", kind)]), body=body)
    found = await ask(Key(), {"place": "body:key"}, request)
    assert forward(found).edits.body == left
    assert found.memory.until == 0


async def test_a_credential_that_cannot_be_taken_out_of_the_body_is_400() -> None:
    request = HttpRequest("POST", headers=Headers([("content-type", "text/x")]), body=b"key=good")
    found = refusal(await ask(Key(), {"place": "body:key"}, request))
    assert (found.status, found.code) == (400, "credential.not_removable")


async def test_a_body_that_was_not_sent_is_asked_for() -> None:
    plan = plan_for((Key(), {"place": "body:key"}))
    from gatepost.plugin import evaluate

    request = HttpRequest("POST", body=b"key=good")
    found = await evaluate(plan, {}, request.context(unread=True), World().sources)
    assert found.decision is None


async def test_query_arguments_and_cookies_are_removed_by_name() -> None:
    found = forward(await ask(Key(), {"place": "query:k"}, HttpRequest(args="k=good&k2=1")))
    assert found.edits.remove_args == ("k",)
    found = forward(await ask(Key(), {"place": "cookie:k"}, sent(cookie="a=1; k=good")))
    assert found.edits.remove_cookies == ("k",)


async def test_what_a_plugin_sets_wins_over_the_stripping() -> None:
    plugin = Methods(
        lambda *_: Proof("f", places=(Place("header", "authorization"),)),
        admit=lambda _: Forward(Edits(headers=(("Authorization", "Bearer x"),))),
    )
    assert forward(await ask(plugin, {})).edits == Edits(authorization="Bearer x")


@pytest.mark.parametrize("name", ["X-Consumer-Username", "x-anonymous-consumer"])
async def test_a_plugin_that_sets_an_identity_header_itself_is_refused(name: str) -> None:
    found = await ask(Doing(lambda *_: Edits(headers=((name, "root"),))), {})
    assert refusal(found).code == "plugin.reserved_header"


async def test_a_header_value_that_would_end_the_header_is_refused() -> None:
    found = await ask(Doing(lambda *_: Edits(headers=(("a", "x\r\nb: y"),))), {})
    assert (refusal(found).status, refusal(found).code) == (503, "plugin.unsafe_header")


async def test_any_surprise_is_503_and_its_text_is_not_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret-canary")

    with caplog.at_level(logging.DEBUG):
        found = await ask(Doing(fail), {})
    assert refusal(found).status == 503
    assert found.memory.until == 0
    assert "secret-canary" not in caplog.text + str(found.trace.steps)
    assert "request test" in caplog.text
    assert "RuntimeError" in caplog.text


async def test_a_fault_in_a_check_is_403_for_the_client_and_503_for_others() -> None:
    def by(party: By) -> Doing:
        def act(*_: object) -> None:
            raise Fault("x.y", "No.", by=party)

        return Doing(act)

    assert refusal(await ask(by(By.CLIENT), {})).status == 403
    assert refusal(await ask(by(By.PROVIDER), {})).status == 503


async def test_a_method_that_is_absent_leaves_the_next_one_to_decide() -> None:
    plan = plan_for((Methods(lambda *_: Absent(), anonymous="guest"), {}), (SECOND, {}))
    found = await ask_plan(plan, sent(x_key="good"), world=World(people=[GUEST]))
    assert found.verdict is not None
    assert found.verdict.label == "second"


class Own(Methods):
    """A plugin with cookies of its own, which says itself what is unavailable."""

    def bind(self, config: Any, site: Any) -> Bound:
        bound = super().bind(config, site)
        bound.cookies = ("own", "flow_*")
        bound.refuse = refused  # type: ignore[method-assign]
        return bound


def refused(failure: Failure, request: Request, runtime: Runtime) -> Refusal | Reply:
    return Reply(failure.status, body=f"{failure.code} {request.id()}".encode())


@pytest.mark.parametrize("answer", [Proof("m"), Absent(), Rejected("a.b", "no")])
async def test_cookies_of_its_own_never_travel_on_whoever_is_let_in(answer: object) -> None:
    plan = plan_for((Own(lambda *_: answer, anonymous="guest"), {}))
    found = forward(await ask_plan(plan, world=World(people=[GUEST])))
    assert found.edits.remove_cookies == ("own", "flow_*")
    assert plan.cookies == ("own", "flow_*")


async def test_a_plugin_words_what_is_unavailable_and_it_is_never_remembered() -> None:
    def away(*_: object) -> object:
        raise Fault("provider.timeout", "Too slow.", by=By.PROVIDER, retry_after=7)

    found = await ask_plan(plan_for((Own(away), {})))
    assert found.decision == Reply(503, body=b"provider.timeout test")
    assert found.verdict is not None
    assert found.verdict.unavailable
    assert found.memory.reasons
    found = await ask_plan(plan_for((Own(lambda *_: Absent()), {})))
    assert found.decision == Reply(401, body=b"credential.absent test")


class Waved(Bound):
    """A bound plugin with cookies and a header of its own, which lets every request through."""

    cookies = ("ours",)
    identity_headers = ("X-Told", "X-Told-Too")
    attributes = ()
    methods = ()

    async def skip(self, request: Request, runtime: Runtime) -> bool:
        return True


class Reader(Bound):
    """Another one, which reads one of those headers."""

    attributes = (Attribute("header", "x-told"), Attribute("query", "x-told-too"))


async def waved(*bounds: Bound) -> Edits:
    links = tuple(Link("waved", number, "", bound) for number, bound in enumerate(bounds))
    verdict = await Chain(links).run(Request({}, HttpRequest().context()), FakeRuntime(World()))
    assert isinstance(verdict.decision, Forward)
    return verdict.decision.edits


@pytest.mark.parametrize(("hides", "removed"), [(True, ("ours",)), (False, ())])
async def test_cookies_of_the_gateway_are_taken_out_also_where_nothing_is_judged(
    hides: bool, removed: tuple[str, ...]
) -> None:
    bound = Waved()
    bound.hide_credentials = hides
    assert (await waved(bound)).remove_cookies == removed


async def test_an_identity_header_that_is_read_as_well_is_taken_out_where_nothing_is_judged() -> (
    None
):
    assert (await waved(Waved())).headers == (), "the engine has taken out both"
    for bounds in ((Waved(), Reader()), (Reader(), Waved())):
        assert (await waved(*bounds)).headers == (("X-Told", None),)
