"""What nginx tells of single requests: where each decision was found, and within which bound."""

import json
import threading
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from gatepost.engine import PlanSpec
from gatepost.engine.question import Question
from gatepost.plugin import Decision, Forward, Memory, Refusal
from gatepost.store import read
from tests.integration.engine_world import EngineWorld, changed
from tests.integration.recorder import Recorder
from tests.integration.scripted_authorizer import ScriptedAuthorizer

pytestmark = pytest.mark.integration

RATE = 1000


def judge(question: Question) -> tuple[Decision, Memory]:
    authorization = question.context.headers.get("authorization") or ""
    if authorization.endswith("slow"):
        time.sleep(0.3)
    if authorization.endswith("bad"):
        refusal = Refusal(401, "token.expired", "Unauthorized")
        return refusal, Memory(until=time.time() + 60, refused_space=True)
    return Forward(), Memory(until=time.time() + 60)


@pytest.fixture(scope="module")
def upstream() -> Iterator[Recorder]:
    with Recorder() as made:
        yield made


@pytest.fixture(scope="module")
def world(upstream: Recorder) -> Iterator[EngineWorld]:
    with engine(upstream, RATE) as made:
        authorizer = ScriptedAuthorizer(
            made.authorizer_socket, (made.root / "secret").read_bytes(), judge
        )
        with authorizer:
            yield made


def engine(upstream: Recorder, rate: int) -> EngineWorld:
    routes = [{"name": "guarded", "paths": ["/g"]}, {"name": "open", "paths": ["/o"]}]
    services = [{"name": "s", "url": f"http://127.0.0.1:{upstream.port}", "routes": routes}]
    snapshot = read(json.dumps({"_format_version": "3.0", "services": services}))
    (guarded,) = (one.id for one in snapshot.routes if one.name == "guarded")
    plans = {guarded: PlanSpec("1" * 64, ("header:authorization",))}
    return EngineWorld(snapshot, plans=plans, workers=2, settings=changed(traces=rate))


def fetched(world: EngineWorld) -> list[dict[str, Any]]:
    answer = world.control("GET", "/traces")
    assert answer.status == 200
    found: list[dict[str, Any]] = json.loads(answer.body.decode("utf-8", "replace"))
    return found


def gathered(world: EngineWorld, number: int) -> list[dict[str, Any]]:
    """Fetch until so many were told of: that happens after the client has its answer."""
    found: list[dict[str, Any]] = []

    def enough() -> bool:
        found.extend(fetched(world))
        return len(found) >= number

    world.wait(enough)
    return sorted(found, key=lambda one: one["at"])


def told(world: EngineWorld, mark: str, number: int) -> list[dict[str, Any]]:
    return [one for one in gathered(world, number) if one.get("mark") == mark]


def bearer(kind: str) -> dict[str, str]:
    mark = uuid.uuid4().hex
    return {"Authorization": f"Bearer {mark}{kind}", "Gatepost-Trace": mark}


@pytest.mark.parametrize("kind", ["good", "bad"])
def test_where_a_decision_was_found_is_told_with_the_question_it_rests_on(
    world: EngineWorld, kind: str
) -> None:
    headers = bearer(kind)
    status = 200 if kind == "good" else 401
    for _ in range(60):  # connections fall to either worker
        assert world.get("/g", headers=headers).status == status
    found = told(world, headers["Gatepost-Trace"], 60)
    levels = [one["level"] for one in found]
    assert levels[0] == "asked"
    assert set(levels[1:]) == {"level1", "level2"}
    assert {one["decided_by"] for one in found} == {found[0]["id"]}
    assert {one["kind"] for one in found} == {"F" if kind == "good" else "R"}
    assert {one.get("code") for one in found} == {None if kind == "good" else "token.expired"}
    assert {one["status"] for one in found} == {status}


def test_those_who_waited_for_somebody_elses_question_say_so(world: EngineWorld) -> None:
    headers = bearer("slow")
    threads = [
        threading.Thread(target=world.get, args=("/g",), kwargs={"headers": headers})
        for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = told(world, headers["Gatepost-Trace"], 12)
    levels = sorted(one["level"] for one in found)
    assert len(levels) == 12
    assert levels.count("asked") == 1
    assert set(levels) <= {"asked", "shared", "level1", "level2"}
    (asked,) = (one for one in found if one["level"] == "asked")
    assert {one["decided_by"] for one in found} == {asked["id"]}


def test_what_nginx_itself_refuses_is_told_with_its_words(world: EngineWorld) -> None:
    fetched(world)
    world.get("/nowhere", headers={"Gatepost-Trace": "lost"})
    world.raw(b"GET /o/%zz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    world.raw(b"nonsense\r\n\r\n")
    found = gathered(world, 3)
    assert [one["status"] for one in found] == [404, 400, 400]
    assert found[0]["message"] == "no Route matched with those values"
    assert found[0]["mark"] == "lost"
    assert all(one["status"] >= 400 and not one.get("forwarded") for one in found)


def test_neither_query_nor_credentials_are_told_and_paths_are_cut(world: EngineWorld) -> None:
    fetched(world)
    secret = "canary-of-a-secret"
    for target in (
        f"/o/a?token={secret}",
        f"/g/a?x={secret}#{secret}",
        f"http://user:{secret}@h/o/b?{secret}",
        f"/o/\xff?{secret}",
        "/o/" + "l" * 5000,
    ):
        line = f"GET {target} HTTP/1.1\r\nHost: h\r\nCookie: a={secret}\r\nConnection: close\r\n"
        world.raw(f"{line}Authorization: Bearer {secret}\r\n\r\n".encode("latin-1"))
    text = json.dumps(found := gathered(world, 5))
    assert len(found) == 5
    assert secret not in text
    assert "user" not in text
    assert max(len(one["path"]) for one in found) == 1024


def test_of_what_nobody_fetches_the_newest_is_kept_and_the_oldest_gives_way(
    world: EngineWorld,
) -> None:
    fetched(world)
    for _ in range(1200):
        world.get("/nowhere")
        world.get("/o")
    world.get("/o", headers={"Gatepost-Trace": "the-last"})
    time.sleep(0.1)
    found = fetched(world)
    assert len(found) <= 1000
    assert "the-last" in {one.get("mark") for one in found[-5:]}
    assert fetched(world) == []


def test_a_flood_makes_no_more_than_the_bound_and_leaves_room_for_the_marked(
    upstream: Recorder,
) -> None:
    with engine(upstream, 5) as world:
        began = time.monotonic()
        for _ in range(300):
            world.get("/o")
            world.get("/nowhere")
        world.get("/o", headers={"Gatepost-Trace": "mine"})
        seconds = int(time.monotonic() - began) + 2
        time.sleep(0.1)
        found = fetched(world)
    statuses = [one["status"] for one in found if "mark" not in one]
    for status in (200, 404):
        assert 0 < statuses.count(status) <= 5 * 2 * seconds  # two workers
    assert [one["mark"] for one in found if "mark" in one] == ["mine"]


def test_a_node_that_tells_of_nothing_tells_of_nothing(upstream: Recorder) -> None:
    with engine(upstream, 0) as world:
        for path in ("/o", "/nowhere"):
            world.get(path, headers={"Gatepost-Trace": "mine"})
        assert fetched(world) == []
    assert upstream.seen[-1].all("Gatepost-Trace") == []
