"""``POST /explain``: what a node would decide, and what if, over a real plane and provider."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from gatepost.oidc import generate, parse, sign
from tests.integration.trying_world import FOREIGN, Trying, trying_world

pytestmark = [pytest.mark.integration, pytest.mark.slow]


@pytest.fixture(scope="module")
def world() -> Iterator[Trying]:
    with trying_world() as running:
        yield running


def jwt(world: Trying, scope: str = "read") -> str:
    return world.plane.world.token("tutorial-jwt", scope=scope)


def test_the_story_is_what_the_node_decides(world: Trying) -> None:
    for token in (jwt(world), jwt(world, "write"), None, "opaque-nonsense"):
        story = world.explain("/jwt/get", token)
        answer = world.node.get("/jwt/get", token=token)
        assert story.get("status", 200) == answer.status, story
        assert (story["outcome"] == "forward") == (answer.status == 200)
    story = world.explain("/jwt/get", jwt(world))
    assert story["route"]["name"] == "jwt"
    assert story["claims"][0]["claims"]["access_token"]["department"] == "tutorials"
    assert "what_if" not in story


def test_nothing_reaches_the_upstream_and_nothing_is_remembered(world: Trying) -> None:
    story = world.explain("/open/get")
    assert (story["outcome"], story["plan"]) == ("forward", None)
    calls = world.plane.world.calls("introspect")
    token = world.plane.world.token()
    assert world.explain("/opaque/get", token)["outcome"] == "forward"
    assert world.plane.world.calls("introspect") == calls + 1


def test_a_client_is_let_in_by_its_own_credentials_as_at_the_node(world: Trying) -> None:
    basic = world.plane.world.basic("tutorial-jwt", "tutorial-jwt-secret")["Authorization"]
    story = world.explain("/app/get", Authorization=basic)
    assert story["outcome"] == "forward", story
    assert "tutorial-jwt-secret" not in json.dumps(story)
    assert basic.partition(" ")[2] not in json.dumps(story)


def test_claims_of_a_jwt_are_supposed_to_differ(world: Trying) -> None:
    token = jwt(world, "write")
    assert world.explain("/jwt/get", token)["status"] == 403
    story = world.explain("/jwt/get", token, {"claims": {"scope": "read", "department": None}})
    assert (story["outcome"], story["what_if"]) == ("forward", True)
    assert "department" not in story["claims"][0]["claims"]["access_token"]
    late = world.explain("/jwt/get", jwt(world), {"claims": {"exp": 1}})
    assert (late["status"], late["code"]) == (401, "token.expired")
    other = world.explain("/jwt/get", jwt(world), {"claims": {"iss": "https://else.example"}})
    assert other["status"] == 401
    assert world.node.get("/jwt/get", token=token).status == 403


def test_claims_of_a_token_that_is_got_for_the_request_are_supposed_to_differ(
    world: Trying,
) -> None:
    basic = world.plane.world.basic("tutorial-jwt", "tutorial-jwt-secret")["Authorization"]
    wish = {"claims": {"department": "moon", "exp": None}}
    story = world.explain("/app/get", None, wish, Authorization=basic)
    assert story["claims"][0]["claims"]["access_token"]["department"] == "moon"
    late = world.explain("/app/get", None, {"claims": {"exp": 1}}, Authorization=basic)
    assert late["outcome"] == "refused"
    person = world.plane.world.basic("alice", "alice-password")["Authorization"]
    told = world.explain("/person/get", None, {"claims": {"sub": "zoe"}}, Authorization=person)
    assert told["claims"][0]["subject"] == "zoe", told


def test_a_supposed_token_opens_nothing_at_the_node(world: Trying) -> None:
    token = jwt(world)
    story = json.dumps(world.explain("/jwt/get", token, {"claims": {"scope": "read admin"}}))
    assert token not in story
    parts = parse(token)
    forged = sign(parts.payload, generate(parts.alg, parts.kid))
    world.plane.world.secrets.add(forged)
    assert world.node.get("/jwt/get", token=forged).status == 401
    assert world.explain("/jwt/get", forged)["status"] == 401


def test_claims_of_an_introspected_token_are_supposed_to_differ(world: Trying) -> None:
    token = world.plane.world.token()
    dead = world.explain("/opaque/get", token, {"claims": {"active": False}})
    assert dead["status"] == 401
    late = world.explain("/opaque/get", token, {"claims": {"exp": 1}})
    assert late["status"] == 401
    named = world.explain("/opaque/get", token, {"claims": {"department": "moon"}})
    assert named["claims"][0]["claims"]["introspection"]["department"] == "moon"
    assert world.node.get("/opaque/get", token=token).status == 200


def test_nothing_to_suppose_is_said(world: Trying) -> None:
    story = world.explain("/open/get", None, {"claims": {"sub": "x"}})
    assert story["notes"] == ["Nothing was judged whose claims could be supposed to differ."]


def test_a_plugin_is_supposed_to_differ(world: Trying) -> None:
    token = jwt(world, "write")
    wish: dict[str, Any] = {"id": world.plugins["jwt"], "config": {"scopes_required": ["write"]}}
    assert world.explain("/jwt/get", token, {"plugins": [wish]})["outcome"] == "forward"
    off = {"id": world.plugins["jwt"], "enabled": False}
    assert world.explain("/jwt/get", None, {"plugins": [off]})["outcome"] == "forward"
    added = {
        "name": "openid-connect",
        "route": "open",
        "config": {"issuer": world.plane.issuer, "auth_methods": ["bearer"]},
    }
    assert world.explain("/open/get", None, {"plugins": [added]})["status"] == 401
    stored = world.plane.admin.get(f"/plugins/{world.plugins['jwt']}")
    assert stored["config"]["scopes_required"] == ["read"]
    assert world.node.get("/jwt/get", token=token).status == 403
    assert world.node.get("/open/get").status == 200


def test_what_is_supposed_wrongly_is_refused_by_field(world: Trying) -> None:
    for plugins, word in (
        ([{"id": world.plugins["jwt"], "config": {"issuer": 7}}], "issuer"),
        ([{"id": "nobody"}], "no plugin has this id"),
        ([{"name": "no-such-plugin", "route": "open"}], "not enabled"),
        ([{"name": "openid-connect", "route": "nowhere"}], "no such route"),
        ([{"id": world.plugins["jwt"], "colour": 1}], "unknown field"),
    ):
        body = {"request": {"url": f"{world.url}/open"}, "what_if": {"plugins": plugins}}
        answer = world.post("/explain", body)
        assert answer.status == 400, (plugins, answer.body)
        assert word in answer.body.decode(), answer.body


def test_a_stored_secret_is_not_sent_to_a_supposed_issuer(world: Trying) -> None:
    wish = {"id": world.plugins["opaque"], "config": {"introspection_endpoint": FOREIGN}}
    body = {"request": {"url": f"{world.url}/opaque"}, "what_if": {"plugins": [wish]}}
    answer = world.post("/explain", body, **world.operator())
    assert answer.status == 400
    assert "sent elsewhere" in answer.body.decode()


def test_what_was_revoked_is_refused_here_too_also_as_supposed(world: Trying) -> None:
    token = jwt(world)
    assert world.explain("/jwt/get", token)["outcome"] == "forward"
    assert world.post("/revocations", {"token": token}).status == 201
    assert world.explain("/jwt/get", token)["code"] == "credential.revoked"
    story = world.explain("/jwt/get", token, {"claims": {"department": "x"}})
    assert (story["outcome"], story["code"]) == ("refused", "credential.revoked")
    assert world.node.get("/jwt/get", token=token).status == 401


def test_viewers_are_refused_and_a_body_has_an_end(world: Trying) -> None:
    body: dict[str, Any] = {"request": {"url": f"{world.url}/open"}}
    assert world.post("/explain", body, **world.viewer()).status == 403
    assert world.post("/explain", body, **world.operator()).status == 200
    body["request"]["body"] = "x" * 70_000
    assert world.post("/explain", body).status == 413


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"url": "ftp://h/"},
        {"url": "http://h/%zz"},
        {"url": "http://h/", "method": "GE T"},
        {"url": "http://h/", "headers": [["a b", "c"]]},
        {"url": "http://h/", "headers": [["a", "b\r\nc: d"]]},
        {"url": "http://h/", "headers": [["a"]]},
        {"url": "http://h/", "address": "nowhere"},
        {"url": "http://h/", "colour": "red"},
        {"url": 7},
    ],
)
def test_a_request_that_nobody_could_send_is_400(world: Trying, request_: Any) -> None:
    answer = world.post("/explain", {"request": request_})
    assert answer.status == 400, answer.body
    assert answer.json()["message"]


def test_a_reference_that_only_nodes_can_read_is_told(world: Trying) -> None:
    wish = {
        "name": "openid-connect",
        "route": "open",
        "config": {
            "issuer": world.plane.issuer,
            "client_id": ["gateway"],
            "client_secret": ["{vault://env/home}"],
            "auth_methods": ["bearer"],
        },
    }
    story = world.explain("/open/get", jwt(world), {"plugins": [wish]})
    assert (story["outcome"], story["unresolved"]) == ("forward", ["HOME"])
    assert "HOME" in story["notes"][0]


def test_a_token_bound_to_a_key_is_judged_as_at_the_node(world: Trying) -> None:
    token = jwt(world)
    story = world.explain("/jwt/get", token, {"claims": {"cnf": {"jkt": "x" * 43}}})
    assert story["outcome"] == "forward"
    assert story["memory"]["remembered"] is False
    fields = [["Authorization", f"DPoP {token}"]]
    body = {"request": {"url": f"{world.url}/jwt/get", "headers": fields}}
    told = world.told("/explain", body)
    answer = world.node.proxy.get("/jwt/get", {"Authorization": f"DPoP {token}"})
    assert told.get("status", 200) == answer.status
