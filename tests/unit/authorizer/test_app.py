import json
import logging
from collections.abc import MutableMapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from gatepost.authorizer.app import Authorizer
from gatepost.authorizer.desk_client import DeskClient
from gatepost.engine.answer import Answer, read_answer
from gatepost.engine.question import write_key, write_question
from gatepost.plugin import (
    HttpRequest,
    Plan,
    PlanDefinition,
    Registry,
    Request,
    Revocation,
    Runtime,
    content,
    extract,
    plan_id,
)
from gatepost.plugin.testkit import plan_for
from gatepost.values import Fault, Headers, Tag, TagKind
from gatepost.values.mac import control_word
from tests.providers.redis_server import redis_server
from tests.unit.plugin.policies import Doing, Key

pytestmark = pytest.mark.anyio

SECRET = b"0123456789abcdef0123456789abcdef"


def failing(*_: object) -> None:
    raise RuntimeError


REGISTRY = Registry([Key(), Doing(failing, name="failing")])
Json = dict[str, Any]


def definition(route: str = "r", name: str = "key", **config: object) -> PlanDefinition:
    instances = [{"name": name, "instance": "one", "config": config}]
    return PlanDefinition.of(content(route=route, plugins=instances), SECRET)


async def http(
    app: Authorizer, path: str, body: object = b"", headers: Sequence[tuple[bytes, bytes]] = ()
) -> tuple[int, bytes]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    pieces = [data[: len(data) // 2], data[len(data) // 2 :]]
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        body = pieces.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(pieces)}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "path": path, "method": "POST", "headers": [*headers]}
    await app(scope, receive, send)
    return sent[0]["status"], sent[1]["body"]


async def bound(*definitions: PlanDefinition, **more: object) -> Authorizer:
    app = Authorizer(SECRET, registry=REGISTRY)
    status, body = await http(app, "/bind", {"plans": {d.id: d.text for d in definitions}, **more})
    assert status == 200, body
    return app


async def asked(app: Authorizer, plan: str, request: HttpRequest) -> Answer:
    known: Plan = app.plans.get(plan) or plan_for()
    keyed = extract(known.attributes, request)
    assert isinstance(keyed, dict)
    key = write_key(keyed, known.attributes)
    status, body = await http(app, "/ask", write_question(plan, key, request.context(id="q")))
    assert status == 200
    return read_answer(body)


def with_key(value: str) -> HttpRequest:
    return HttpRequest(headers=Headers([("x-key", value)]))


async def test_a_question_is_answered_under_its_plan() -> None:
    made = definition()
    app = await bound(made)
    good = await asked(app, made.id, with_key("good"))
    assert (good.kind, good.space) == ("F", "a")
    assert good.until > 1_700_000_000
    assert good.tags == (Tag.of(TagKind.CLIENT, "key", "good").digest(SECRET),)
    bad = await asked(app, made.id, with_key("bad"))
    assert (bad.kind, bad.space, bad.rest[:2]) == ("R", "n", (b"401", b"token.invalid"))


async def test_an_unknown_plan_is_503_with_a_time_to_retry() -> None:
    answer = await asked(await bound(definition()), "0" * 64, with_key("good"))
    assert (answer.kind, answer.until) == ("R", 0)
    assert answer.rest[:2] == (b"503", b"authorizer.unknown_plan")
    assert answer.rest[5] == b"5"


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\0\0\x01a" * 5, b"\0\0\0\0" * 5, b"x" * 100])
async def test_a_malformed_question_is_a_refusal(data: bytes) -> None:
    status, body = await http(await bound(definition()), "/ask", data)
    assert status == 200
    assert read_answer(body).rest[0] == b"503"


async def test_key_bytes_that_do_not_fit_the_plan_are_a_refusal() -> None:
    made = definition()
    app = await bound(made)
    for key in (b"", b"\0\1", b"\0\0\0\0", b"\0\1\0\0\0\x09good"):
        question = write_question(made.id, key, HttpRequest().context())
        answer = read_answer((await http(app, "/ask", question))[1])
        assert answer.rest[0] == b"503"


async def test_an_error_of_ours_is_a_refusal() -> None:
    made = definition(name="failing")
    answer = await asked(await bound(made), made.id, HttpRequest())
    assert answer.rest[:2] == (b"503", b"authorizer.error")


async def test_a_configuration_is_taken_whole_or_not_at_all() -> None:
    first = definition()
    app = await bound(first, consumers=[{"id": "1", "username": "alice"}])
    good, bad = definition("other"), definition("bad", nonsense=1)
    plans = {one.id: one.text for one in (good, bad)}
    revocation = Revocation(1, Tag.of(TagKind.CLIENT, "key", "good"), 9e9).to_json()
    status, body = await http(
        app, "/bind", {"plans": plans, "consumers": [], "revocations": [revocation]}
    )
    assert status == 422
    told = json.loads(body)
    assert told["plan"] == bad.id
    assert "config.nonsense: unknown field" in told["message"]
    assert list(app.plans) == [first.id]
    assert app.sources.people.find("id", "1")
    assert len(app.sources.revocations) == 0


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        [],
        {"plans": []},
        {"plans": {"a": 1}},
        {"live": ["unknown"]},
        {"live": 1},
        {"consumers": [{}]},
        {"consumers": 1},
        {"revocations": [1]},
        {"revocations": [{"number": 1}]},
        {"secret": "zz"},
        {"secret": "00"},
    ],
)
async def test_a_malformed_configuration_is_refused_with_a_reason(data: object) -> None:
    app = await bound(definition())
    status, body = await http(app, "/bind", data)
    assert status == 422
    assert json.loads(body)["message"]
    assert len(app.plans) == 1


async def test_a_plan_under_a_foreign_id_is_refused() -> None:
    app = Authorizer(SECRET, registry=REGISTRY)
    made = definition()
    other = plan_id(made.text, b"another secret")
    status, body = await http(app, "/bind", {"plans": {other: made.text}})
    assert (status, json.loads(body)["plan"]) == (422, other)


async def test_only_live_plans_stay() -> None:
    first, second = definition("1"), definition("2")
    app = await bound(first)
    kept = app.plans[first.id]
    await http(app, "/bind", {"plans": {second.id: second.text}, "live": [first.id, second.id]})
    assert app.plans[first.id] is kept
    await http(app, "/bind", {"live": [second.id]})
    assert list(app.plans) == [second.id]


async def test_a_revocation_is_consulted_from_the_answer_on() -> None:
    made = definition()
    app = await bound(made)
    assert (await asked(app, made.id, with_key("good"))).kind == "F"
    one = Revocation(3, Tag.of(TagKind.CLIENT, "key", "good"), 9e9)
    status, body = await http(app, "/revoke", [one.to_json()])
    assert (status, json.loads(body)["revocation"]) == (200, 3)
    answer = await asked(app, made.id, with_key("good"))
    assert answer.rest[:2] == (b"401", b"credential.revoked")
    assert json.loads((await http(app, "/health"))[1])["revocation"] == 3


async def test_revocations_survive_a_new_configuration() -> None:
    made = definition()
    app = await bound(made)
    one = Revocation(3, Tag.of(TagKind.CLIENT, "key", "good"), 9e9)
    await http(app, "/revoke", [one.to_json()])
    other = "ff" * 32
    renewed = PlanDefinition.of(json.loads(made.text), bytes.fromhex(other))
    for data in ({"plans": {}}, {"secret": other, "plans": {renewed.id: renewed.text}}):
        assert (await http(app, "/bind", data))[0] == 200
    assert list(app.plans) == [renewed.id]
    assert (await asked(app, renewed.id, with_key("good"))).rest[0] == b"401"


async def test_consumers_are_looked_up_in_the_newest_configuration() -> None:
    made = definition(consumer="alice")
    app = await bound(made)
    assert (await asked(app, made.id, with_key("good"))).rest[0] == b"403"
    await http(app, "/bind", {"consumers": [{"id": "a-1", "username": "alice"}]})
    answer = await asked(app, made.id, with_key("good"))
    assert (answer.kind, answer.rest[1], answer.rest[3]) == ("F", b"a-1", b"alice")


async def test_the_numbers_are_told() -> None:
    made = definition()
    app = await bound(made)
    for key in ("good", "good", "bad", "broken"):
        await asked(app, made.id, with_key(key))
    status, body = await http(app, "/metrics")
    text = body.decode()
    assert status == 200
    assert 'gatepost_authorizer_questions_total{outcome="forward"} 2' in text
    assert 'gatepost_authorizer_questions_total{outcome="refusal"} 1' in text
    assert 'gatepost_authorizer_questions_total{outcome="unavailable"} 1' in text
    assert "gatepost_authorizer_plans 1" in text


async def test_events_are_written_and_counted_when_the_decision_is_final(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def tell(_: Request, runtime: Runtime) -> None:
        runtime.tell("door.opened", "twice", times=2)

    caplog.set_level(logging.INFO, "gatepost.audit")
    logging.getLogger("gatepost.audit").propagate = True
    app = Authorizer(SECRET, registry=Registry([Doing(tell)]))
    made = definition("route-1", name="doing")
    await http(app, "/bind", {"plans": {made.id: made.text}})
    assert (await asked(app, made.id, HttpRequest())).kind == "F"
    (line,) = [record.getMessage() for record in caplog.records]
    told = json.loads(line)
    assert (told["event"], told["code"], told["times"]) == ("door.opened", "twice", 2)
    assert (told["request"], told["route"]) == ("q", "route-1")
    text = (await http(app, "/metrics"))[1].decode()
    assert 'gatepost_events_total{event="door.opened",code="twice"} 1' in text


async def test_without_a_desk_nothing_is_spent_or_revoked() -> None:
    app = Authorizer(SECRET)
    assert app.sources.courier is None
    with pytest.raises(Fault) as caught:
        await app.sources.revoke([], "why")
    assert caught.value.code == "revocation.nobody"
    await app.close()


async def test_with_a_desk_errands_and_revocations_go_there(tmp_path: Path) -> None:
    desk = DeskClient(tmp_path / "desk.sock", SECRET)
    app = Authorizer(SECRET, desk=desk)
    assert app.sources.courier is desk
    with pytest.raises(Fault) as caught:
        await app.sources.revoke([], "why")
    assert caught.value.code == "process.silent"
    other = "ff" * 32
    await http(app, "/bind", {"secret": other})
    assert app.sources.courier is desk
    await app.close()


async def test_policies_find_their_records_and_the_connections_are_closed() -> None:
    with redis_server() as server:
        app = Authorizer(SECRET)
        await app.sources.stores(server.settings).put("a", b"1", seconds=10)
        assert server.run("GET", "sessions:a") == b"1"
        assert int(server.run("INFO", "clients")["connected_clients"]) == 2
        await app.close()
        assert int(server.run("INFO", "clients")["connected_clients"]) == 1


async def test_anything_else_is_not_found() -> None:
    assert (await http(await bound(), "/other"))[0] == 404


async def test_whoever_may_only_ask_cannot_say_who_the_consumers_are() -> None:
    app = Authorizer(SECRET, registry=REGISTRY, guarded=True)
    word = (b"authorization", f"Bearer {control_word(SECRET)}".encode())
    forged = (b"authorization", f"Bearer {control_word(b'another secret')}".encode())
    people = {"consumers": [{"id": "a-1", "username": "alice"}]}
    for headers in ([], [forged], [forged, word], [(b"authorization", b"")]):
        assert (await http(app, "/bind", people, headers))[0] == 401
        assert (await http(app, "/revoke", [], headers))[0] == 401
    assert app.sources.people.find("id", "a-1") is None
    assert (await http(app, "/bind", people, [word]))[0] == 200
    assert (await http(app, "/revoke", [], [word]))[0] == 200
    assert (await http(app, "/health"))[0] == 200
