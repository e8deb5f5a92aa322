"""Tokens, logins, requests and applications tried out through the Admin API, and who may not."""

import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from gatepost.oidc import generate, parse, sign
from tests.integration.person import Person
from tests.integration.plane_world import until
from tests.integration.trying_world import FOREIGN, Trying, trying_world
from tests.integration.world import Client

pytestmark = [pytest.mark.integration, pytest.mark.slow]

BACK = "http://127.0.0.1:8002/try/callback"


@pytest.fixture(scope="module")
def world() -> Iterator[Trying]:
    with trying_world() as running:
        yield running


def grant(world: Trying, **more: Any) -> Any:
    order = {
        "issuer": world.plane.issuer,
        "grant": "client_credentials",
        "client_id": "tutorial-jwt",
    }
    return world.post("/try/token", {**order, "client_secret": "tutorial-jwt-secret", **more})


def got(world: Trying, **more: Any) -> str:
    answer = grant(world, **more)
    assert answer.status == 200, answer.body
    token = str(answer.json()["access_token"])
    world.plane.world.secrets.add(token)
    return token


def test_a_token_is_got_and_opens_the_route(world: Trying) -> None:
    token = got(world, scope="read")
    (gateway,) = world.plane.admin.get("/try/gateways")["data"]
    assert gateway == {"url": world.url, "node": world.node.id, "hostname": gateway["hostname"]}
    wanted = {
        "gateway": gateway["url"],
        "path": "/jwt/anything?a=b",
        "method": "POST",
        "headers": [["Authorization", f"Bearer {token}"], ["X-Thing", "1"], ["X-Thing", "2"]],
        "body": "hello",
        "mark": "my-mark",
    }
    told = world.told("/try/request", wanted)
    assert (told["status"], told["mark"], told["truncated"]) == (200, "my-mark", False)
    seen = json.loads(told["body"])
    assert seen["args"] == {"a": "b"}
    assert seen["data"] == "hello"
    assert told["seconds"] > 0
    refused = world.told("/try/request", {"gateway": world.url, "path": "/jwt/get"})
    assert refused["status"] == 401
    assert "www-authenticate" in {name.lower() for name, _ in refused["headers"]}
    assert refused["mark"]


def test_a_person_gets_a_token_by_password_and_refreshes_it(world: Trying) -> None:
    client = {"client_id": "demo-app", "client_secret": "demo-app-secret"}
    who = {"grant": "password", "username": "alice", "password": "alice-password"}
    answer = grant(world, **client, **who, scope="openid offline_access")
    assert answer.status == 200, answer.body
    held = answer.json()["refresh_token"]
    world.plane.world.secrets |= {held, answer.json()["access_token"]}
    more = grant(world, **client, grant="refresh_token", refresh_token=held)
    assert more.status == 200, more.body
    world.plane.world.secrets |= {more.json()["refresh_token"], more.json()["access_token"]}


def test_what_the_provider_refuses_is_told_without_what_was_sent(world: Trying) -> None:
    answer = grant(world, client_secret="a-wrong-client-secret")
    assert answer.status == 400
    assert (answer.json()["error"], answer.json()["status"]) == ("invalid_client", 401)
    assert "a-wrong-client-secret" not in answer.body.decode()
    assert grant(world, scope="no-such").json()["error"] == "invalid_scope"
    assert "username" in grant(world, grant="password").json()["message"]


def test_a_person_logs_in_for_the_tokens(world: Trying) -> None:
    world.plane.world.secrets.add("demo-app-secret")
    uri = "http://127.0.0.1:8002/app/callback"
    begun = world.told(
        "/try/login",
        {
            "issuer": world.plane.issuer,
            "client_id": "demo-app",
            "client_secret": "demo-app-secret",
            "redirect_uri": uri,
            "scope": "openid profile",
        },
    )
    visit = Person(world.plane.world.secrets).log_in(begun["url"], stop_at=uri)
    parameters = dict(parse_qsl(urlsplit(visit.url).query))
    other = {**parameters, "state": "of-another-login"}
    wrong = world.post("/try/login/complete", {"flow": begun["flow"], "parameters": other})
    assert wrong.status == 400
    stranger = world.operator()
    back = {"flow": begun["flow"], "parameters": parameters}
    assert world.post("/try/login/complete", back, **stranger).status == 400
    tokens = world.told("/try/login/complete", back)
    assert parse(tokens["id_token"]).payload["sub"]
    world.plane.world.secrets |= {tokens["access_token"], tokens["id_token"]}
    assert world.post("/try/login/complete", back).json()["error"] == "invalid_grant"


def test_an_application_is_switched_off_and_on_and_the_gateway_shows_it(world: Trying) -> None:
    token = world.plane.world.token()
    wanted = {
        "gateway": world.url,
        "path": "/opaque/get",
        "headers": [["Authorization", f"Bearer {token}"]],
    }
    assert world.told("/try/request", wanted)["status"] == 200
    order = {"issuer": world.plane.issuer, "client_id": "tutorial-opaque"}
    told = world.told("/try/application", {**order, "action": "deactivate"})
    assert told["done"] == "deactivate"
    assert world.told("/try/request", wanted)["status"] == 401
    assert world.told("/try/application", {**order, "action": "activate"})["id"]
    assert world.told("/try/request", wanted)["status"] == 401
    got(world, client_id="tutorial-opaque", client_secret="tutorial-opaque-secret")
    nobody = world.post("/try/application", {**order, "client_id": "nobody", "action": "activate"})
    assert nobody.status == 400


@pytest.mark.parametrize("path", ["/try/token", "/try/login", "/try/application"])
@pytest.mark.parametrize("issuer", [FOREIGN, "http://169.254.169.254", "", "x"])
def test_a_foreign_issuer_is_not_called(world: Trying, path: str, issuer: str) -> None:
    order: dict[str, Any] = {"issuer": issuer, "client_id": "x"}
    if path == "/try/token":
        order["grant"] = "client_credentials"
    elif path == "/try/login":
        order["redirect_uri"] = BACK
    else:
        order["action"] = "activate"
    answer = world.post(path, order)
    assert answer.status == 400
    assert "no enabled plugin names it" in answer.json()["message"]


def test_a_gateway_that_no_node_told_of_is_not_called(world: Trying) -> None:
    echo = world.plane.echo
    for gateway in (echo, f"{world.url}@{urlsplit(echo).netloc}", world.url + "/", FOREIGN, ""):
        answer = world.post("/try/request", {"gateway": gateway, "path": "/get"})
        assert answer.status == 400, answer.body


def test_a_redirect_is_shown_and_not_followed(world: Trying) -> None:
    sealed = {"protocols": ["https"], "https_redirect_status_code": 302}
    world.plane.admin.make("/services/api/routes", name="sealed", paths=["/sealed"], **sealed)
    until(lambda: world.plane.shown(world.node)["in_sync"], "the node has the route")
    order = {"gateway": world.url, "path": "/sealed", "host": "else.example"}
    told = world.told("/try/request", order)
    assert told["status"] == 302
    (there,) = [value for name, value in told["headers"] if name.lower() == "location"]
    assert there.startswith("https://else.example")


def test_a_long_answer_is_cut(world: Trying) -> None:
    told = world.told("/try/request", {"gateway": world.url, "path": "/open/bytes/2000000"})
    assert told["status"] == 200
    assert told["truncated"] is True
    assert len(told["body"]) <= 1_500_000


@pytest.mark.parametrize(
    "wrong",
    [
        {"path": "no-slash"},
        {"path": "/a b"},
        {"path": "/a\r\nX: y"},
        {"path": "/a#b"},
        {"method": "CONNECT"},
        {"method": "GET /x HTTP/1.1\r\n"},
        {"host": "a b"},
        {"host": "a/b"},
        {"headers": [["Host", "x"]]},
        {"headers": [["Transfer-Encoding", "chunked"]]},
        {"headers": [["Content-Length", "1"]]},
        {"headers": [["Gatepost-Trace", "other"]]},
        {"headers": [["a", "b\r\nc: d"]]},
        {"headers": [["a:", "b"]]},
        {"mark": "a b"},
        {"mark": "x" * 65},
        {"colour": 1},
    ],
)
def test_a_request_that_no_client_sends_is_400(world: Trying, wrong: dict[str, Any]) -> None:
    answer = world.post("/try/request", {"gateway": world.url, "path": "/open/get", **wrong})
    assert answer.status == 400, (wrong, answer.body)


def test_viewers_try_nothing(world: Trying) -> None:
    viewer = world.viewer()
    for path in (
        "/explain", "/openid-connect/check", "/openid-connect/decode", "/try/token", "/try/login",
        "/try/login/complete", "/try/request", "/try/application",
    ):  # fmt: skip
        assert world.post(path, {}, **viewer).status == 403, path
    assert world.plane.admin.json("GET", "/try/gateways", None, **viewer).status == 403


def test_another_plane_knows_neither_issuers_nor_gateways(world: Trying) -> None:
    made = world.plane.admin.make("/v2/control-planes", name="other")
    base = f"/v2/control-planes/{made['id']}/core-entities"
    assert world.plane.admin.get(f"{base}/try/gateways") == {"data": []}
    order = {"issuer": world.plane.issuer, "grant": "client_credentials", "client_id": "x"}
    assert world.post(f"{base}/try/token", order).status == 400
    assert world.post(f"{base}/try/request", {"gateway": world.url, "path": "/"}).status == 400
    story = world.told(f"{base}/explain", {"request": {"url": f"{world.url}/jwt/get"}})
    assert story["status"] == 404


def checks(world: Trying, **config: Any) -> dict[str, Any]:
    """Return what was found, by what was looked at."""
    body = {"config": {"issuer": world.plane.issuer, **config}, "redirect_base": BACK}
    found = world.told("/openid-connect/check", body)
    assert all(set(one) == {"what", "ok", "says", "do", "seconds"} for one in found["checks"])
    assert all(one["do"] for one in found["checks"] if one["ok"] is False)
    return {one["what"]: one for one in found["checks"]} | {"uris": found["redirect_uris"]}


GATEWAY = {"client_id": ["gateway"], "client_secret": ["gateway-secret"]}


def test_a_configuration_that_works_is_found_to(world: Trying) -> None:
    found = checks(world, **GATEWAY, auth_methods=["introspection", "bearer"])
    for what in ("discovery", "clock", "keys", "client authentication", "introspection"):
        assert found[what]["ok"] is True, found[what]
    assert found["uris"] == []


def test_a_wrong_secret_is_told_from_a_grant_that_is_not_allowed(world: Trying) -> None:
    for methods in (["introspection"], ["authorization_code"], ["client_credentials"]):
        wrong = {**GATEWAY, "client_secret": ["a-wrong-client-secret"]}
        found = checks(world, **wrong, auth_methods=methods)
        assert found["client authentication"]["ok"] is False
        assert "let it in" in found["client authentication"]["says"]
        assert "a-wrong-client-secret" not in json.dumps(found)
    denied = checks(world, **GATEWAY, auth_methods=["client_credentials"])
    assert denied["client authentication"]["ok"] is None
    assert "unauthorized_client" in denied["client authentication"]["says"]


def test_what_a_login_needs_is_told(world: Trying) -> None:
    app = {"client_id": ["demo-app"], "client_secret": ["demo-app-secret"]}
    login = {**app, "auth_methods": ["authorization_code", "session"]}
    found = checks(world, **login, scopes=["openid", "moon"])
    assert found["client authentication"]["ok"] is True
    assert "moon" in found["scopes"]["says"]
    assert found["uris"] == [BACK]
    named = checks(world, **login, redirect_uri=["http://h/callback"])
    assert named["uris"] == ["http://h/callback"]


def test_an_issuer_that_is_not_one_is_told(world: Trying) -> None:
    for issuer, what in (
        (FOREIGN, "discovery"),
        (world.plane.echo, "discovery"),
        (world.plane.issuer + "/else", "discovery"),
    ):
        assert checks(world, issuer=issuer)[what]["ok"] is False


def test_a_configuration_with_mistakes_is_refused_by_field(world: Trying) -> None:
    answer = world.post("/openid-connect/check", {"config": {"issuer": 7, "colour": 1}})
    assert answer.status == 400
    assert {"issuer", "colour"} <= set(answer.json()["fields"]["config"])


def test_a_stored_secret_is_tried_where_it_belongs_and_nowhere_else(world: Trying) -> None:
    stored = world.plane.admin.get(f"/plugins/{world.plugins['opaque']}")
    assert stored["config"]["client_secret"] == ["{masked}"]
    order = {"config": stored["config"], "id": stored["id"]}
    operator = world.operator()
    found = world.post("/openid-connect/check", order, **operator).json()["checks"]
    assert {"client authentication", "introspection"} <= {one["what"] for one in found if one["ok"]}
    moved = {**order, "config": {**stored["config"], "introspection_endpoint": FOREIGN}}
    answer = world.post("/openid-connect/check", moved, **operator)
    assert answer.status == 400
    assert "sent elsewhere" in answer.body.decode()
    alone = world.post("/openid-connect/check", {"config": stored["config"]}, **operator)
    assert alone.status == 400


def decode(world: Trying, token: str) -> Any:
    return world.told("/openid-connect/decode", {"token": token})


def test_a_token_is_decoded_and_its_signature_looked_at(world: Trying) -> None:
    token = got(world)
    found = decode(world, token)
    assert (found["kind"], found["signature"]["ok"]) == ("jwt", True)
    assert found["claims"]["iss"] == found["signature"]["issuer"] == world.plane.issuer
    parts = parse(token)
    forged = sign(parts.payload, generate("RS256", parts.kid))
    assert decode(world, forged)["signature"]["ok"] is False
    foreign = sign({**parts.payload, "iss": FOREIGN}, generate("RS256", "k"))
    assert decode(world, foreign)["signature"]["ok"] is None
    assert "strangers" in decode(world, foreign)["signature"]["says"]


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("", "opaque"),
        ("opaque-thing", "opaque"),
        ("a.b.c", "opaque"),
        ("eyJhbGciOiJub25lIn0.eyJpc3MiOiJ4In0.", "jwt"),
        ("eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkExMjhHQ00ifQ.a.b.c.d", "jwe"),
        ("eyJhbGciOiJSUzI1NiJ9.!!!.c2ln", "jwt"),
        ("." * 500, "opaque"),
        ("x" * 60_000, "opaque"),
    ],
)
def test_a_token_that_is_none_is_told_apart(world: Trying, token: str, kind: str) -> None:
    found = decode(world, token)
    assert found["kind"] == kind
    assert found["signature"]["ok"] is not True


def test_a_token_without_end_is_refused(world: Trying) -> None:
    assert world.post("/openid-connect/decode", {"token": "x" * 70_000}).status == 413


def test_the_audit_log_tells_who_tried_what_where_and_no_secret(world: Trying) -> None:
    for kind, word in (
        ("tokens", "client_credentials"), ("requests", "my-mark"), ("logins", "demo-app"),
        ("applications", "deactivate"), ("providers", "oauth2/default"),
    ):  # fmt: skip
        found = [one for one in world.audited(kind) if one["action"] == "try"]
        assert word in json.dumps(found), kind
    text = json.dumps(world.plane.admin.get("/audit", size=1000))
    for secret in world.plane.world.secrets | {"alice-password"}:
        assert secret not in text


def test_a_node_tells_where_it_listens(world: Trying) -> None:
    assert world.plane.shown(world.node)["proxies"] == [world.url]
    before = time.monotonic()
    world.node.process.stop()
    while world.plane.admin.get("/try/gateways")["data"]:
        assert time.monotonic() - before < 10
        time.sleep(0.05)
    assert Client(world.plane.echo).get("/get").status == 200
