"""What a node tells of single requests, and how the control plane answers for it."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.plane_world import PlaneNode, PlaneWorld, until

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def world() -> Iterator[PlaneWorld]:
    with PlaneWorld.start() as made:
        made.admin.make("/consumers", username="tutorial-jwt")
        made.admin.make("/services", name="plain", url=made.echo)
        made.admin.make("/services/plain/routes", name="open", paths=["/open"])
        made.admin.make(
            "/services", name="asked", url=made.echo, id="00000000-0000-4000-8000-000000000001"
        )
        made.admin.make("/services/asked/routes", name="asked", paths=["/asked"])
        config = {
            "issuer": made.issuer,
            "auth_methods": ["bearer", "client_credentials"],
            "client_id": ["gateway"],
            "client_secret": ["gateway-secret"],
            "consumer_claim": ["client_id"],
            "consumer_by": ["username"],
        }
        made.admin.make("/services/asked/plugins", name="openid-connect", config=config)
        yield made


@pytest.fixture(scope="module")
def node(world: PlaneWorld) -> PlaneNode:
    made = world.node()
    until(lambda: made.get("/asked/get").status == 401, "the policy is live")
    return made


def traces(world: PlaneWorld, **query: Any) -> list[dict[str, Any]]:
    shown = world.admin.get("/traces", **query)
    world.world.shown.append(json.dumps(shown))
    found: list[dict[str, Any]] = shown["data"]
    return found


def marked(
    world: PlaneWorld, node: PlaneNode, path: str, token: str | None = None, **headers: str
) -> dict[str, Any]:
    """Ask for a path with a mark and return its trace, once it is whole."""
    mark = uuid.uuid4().hex
    node.get(path, token=token, **{"Gatepost-Trace": mark}, **headers)
    until(lambda: any(one["seconds"] is not None for one in traces(world, mark=mark)), "it is told")
    (found,) = traces(world, mark=mark)
    detail: dict[str, Any] = world.admin.get(f"/traces/{found['id']}")
    world.world.shown.append(json.dumps(detail))
    assert {**detail, **found} == detail
    return detail


def test_the_mark_finds_the_request_and_its_story_and_no_secret_is_in_it(
    world: PlaneWorld, node: PlaneNode
) -> None:
    token = world.jwt()
    found = marked(world, node, f"/asked/get?hush={token}", token, Cookie="s=cookie-secret-1234")
    world.world.secrets |= {token, "cookie-secret-1234"}
    assert (found["outcome"], found["status"], found["memory"]) == ("forward", 200, "asked")
    assert found["consumer"]["username"] == "tutorial-jwt"
    assert (found["method"], found["scheme"], found["path"]) == ("GET", "http", "/asked/get")
    assert found["service"] == "00000000-0000-4000-8000-000000000001"
    assert found["node"] == node.id
    assert 0 <= found["upstream_seconds"] <= found["seconds"] < 10
    assert found["plugins"] == ["openid-connect (priority 1050)"]
    assert any(step["what"] == "proven" for step in found["steps"])
    assert found["claims"][0]["claims"]["access_token"]["client_id"] == "tutorial-jwt"
    assert {"what": "header:authorization", "in_key": True} in found["read"]
    assert found["memory_of"]["remembered"] is True
    assert ["X-Consumer-Username", "tutorial-jwt"] in found["upstream"]["headers"]
    for secret in (token, "cookie-secret-1234", "gateway-secret"):
        assert secret not in json.dumps(found)


def test_a_remembered_request_says_so_and_leads_to_the_question_it_rests_on(
    world: PlaneWorld, node: PlaneNode
) -> None:
    token = world.jwt()
    first = marked(world, node, "/asked/get", token)
    again = marked(world, node, "/asked/get", token)
    assert (first["memory"], again["memory"]) == ("asked", "level1")
    assert "steps" not in again
    assert again["decided_by"]["id"] == first["id"]
    assert again["decided_by"]["steps"] == first["steps"]
    refused = marked(world, node, "/asked/get", "no-such-token-at-all")
    again = marked(world, node, "/asked/get", "no-such-token-at-all")
    assert (refused["outcome"], again["outcome"]) == ("refused", "refused")
    assert (refused["status"], again["status"]) == (401, 401)
    assert refused["code"] == again["code"] == again["decided_by"]["code"] != None  # noqa: E711
    assert refused["challenges"]
    assert again["memory"] == "level1"


def test_a_route_without_a_policy_and_no_route_are_told_with_memory_none(
    world: PlaneWorld, node: PlaneNode
) -> None:
    found = marked(world, node, "/open/get")
    assert (found["memory"], found["outcome"], found["status"]) == ("none", "forward", 200)
    assert found["route"] is not None
    assert "steps" not in found
    found = marked(world, node, "/nowhere")
    assert (found["memory"], found["outcome"], found["status"]) == ("none", "refused", 404)
    assert (found["route"], found["message"]) == (None, "no Route matched with those values")


def test_the_mark_never_reaches_the_upstream(world: PlaneWorld, node: PlaneNode) -> None:
    token = world.jwt()
    for path in ("/open/headers", "/asked/headers", "/asked/headers"):
        answer = node.get(path, token=token, **{"Gatepost-Trace": "canary-of-the-mark"})
        assert answer.status == 200
        assert b"canary-of-the-mark" not in answer.body


@pytest.mark.parametrize("mark", ["x" * 65, "a b", "a_b", "<script>", "é"])
def test_a_mark_that_is_none_marks_nothing(world: PlaneWorld, node: PlaneNode, mark: str) -> None:
    assert node.get("/open/get", **{"Gatepost-Trace": mark}).status == 200


def test_what_was_told_is_found_by_its_fields_page_by_page(
    world: PlaneWorld, node: PlaneNode
) -> None:
    found = marked(world, node, "/asked/get", "another-bad-token")
    for name in ("route", "service", "outcome", "status", "node"):
        some = traces(world, **{name: found[name]})
        assert found["id"] in {one["id"] for one in some}, name
        assert {one[name] for one in some} == {found[name]}, name
    assert found["id"] in {one["id"] for one in traces(world, reason=found["code"])}
    marked(world, node, "/asked/get", world.jwt())
    assert {one["consumer"]["username"] for one in traces(world, consumer="tutorial-jwt")} == {
        "tutorial-jwt"
    }
    assert traces(world, consumer="nobody of that name") == []
    every = [one["id"] for one in traces(world, size=1000)]
    page = world.admin.get("/traces", size=2)
    seen = [one["id"] for one in page["data"]]
    while page["next"] and len(seen) < len(every):
        page = world.admin.get(page["next"])
        seen += [one["id"] for one in page["data"]]
    assert set(every) <= set(seen)
    assert len(seen) == len(set(seen))


def test_a_flood_is_told_within_the_bound(world: PlaneWorld, node: PlaneNode) -> None:
    began = marked(world, node, "/open/get")["at"]
    for _ in range(400):
        node.get("/open/flood")
    end = marked(world, node, "/open/get")["at"]
    told = [one for one in traces(world, size=1000) if one["path"] == "/open/flood"]
    assert 0 < len(told) <= 20 * (end - began + 2)


def test_traces_outlive_the_control_plane_and_go_on_after_it_was_away(
    world: PlaneWorld, node: PlaneNode
) -> None:
    before = marked(world, node, "/open/get")
    world.process.stop()
    world.admin.close()
    assert node.get("/open/get").status == 200
    world.begin()
    assert world.admin.get(f"/traces/{before['id']}")["id"] == before["id"]
    until(lambda: world.shown(node)["connected"], "the node is back", 20)
    marked(world, node, "/open/get")
