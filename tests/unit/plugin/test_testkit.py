import pytest

from gatepost.plugin import Forward, HttpRequest, Refusal
from gatepost.plugin.testkit import BEGIN, Script, World, ask, json_reply
from gatepost.values import By, Call, Fault, Headers, Reply
from tests.unit.plugin.policies import Key

pytestmark = pytest.mark.anyio


async def test_a_script_answers_by_method_and_path_and_counts() -> None:
    fault = Fault("provider.timeout", "Slow.", by=By.PROVIDER)
    script = (
        Script()
        .on("GET", "/keys", json_reply({"keys": []}))
        .on("POST", "/token", fault)
        .when(lambda call: call.body == b"x", lambda call: Reply(201, body=call.body))
    )
    assert (await script(Call("GET", "http://a/keys?x", purpose="jwks"))).body == b'{"keys": []}'
    assert (await script(Call("POST", "http://a/", body=b"x"))).status == 201
    with pytest.raises(Fault, match="Slow"):
        await script(Call("POST", "http://a/token"))
    with pytest.raises(Fault) as raised:
        await script(Call("GET", "http://a/other?canary"))
    assert "GET http://a/other" in str(raised.value)
    assert "canary" not in str(raised.value)
    assert (script.count("jwks"), len(script.calls)) == (1, 4)


async def test_the_clock_moves_only_when_it_is_told() -> None:
    world = World()
    assert world.sources.wall() == BEGIN
    world.jump(5)
    assert (world.sources.wall(), world.sources.monotonic()) == (BEGIN + 5, 1005.0)


async def test_a_question_is_asked_as_the_engine_asks() -> None:
    good = await ask(Key(), {}, HttpRequest(headers=Headers([("X-Key", "good")])))
    assert isinstance(good.decision, Forward)
    twice = await ask(Key(), {}, HttpRequest(headers=Headers([("X-Key", "good")] * 2)))
    assert isinstance(twice.decision, Refusal)
    assert twice.decision.status == 400
