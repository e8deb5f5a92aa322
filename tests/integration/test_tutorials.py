"""The tutorials, as a newcomer would type them, and what they promise about remembering."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.integration.attacker import at_once, flood, life, mint, misbehaving, segment
from tests.integration.world import ANY_REFUSALS, Answer, World

pytestmark = pytest.mark.integration

OIDC = "issuer: $ISSUER, client_id: [gateway], client_secret: [gateway-secret]"
ISSUER_HEADER = "upstream_headers: [{header: Issuer_Header, path: [iss]}]"
CONF = f"""
_format_version: "3.0"
services:
- name: api
  url: $ECHO
  routes:
  - {{name: open, paths: [/open]}}
  - name: oidcroute
    paths: [/oidcroute]
    plugins: [{{name: openid-connect, config: {{
      issuer: $ISSUER, auth_methods: [client_credentials], scopes: [read], {ISSUER_HEADER}}}}}]
  - name: introspection
    paths: [/introspection]
    plugins: [{{name: openid-connect, config: {{
      {OIDC}, auth_methods: [introspection], cache_introspection: false}}}}]
  - name: kept
    paths: [/kept]
    plugins: [{{name: openid-connect, config: {{{OIDC}, auth_methods: [introspection]}}}}]
  - name: jwt
    paths: [/jwt]
    plugins: [{{name: openid-connect, config: {{
      {OIDC}, auth_methods: [bearer], audience_required: ["api://default"]}}}}]
  - name: scoped
    paths: [/scoped]
    plugins: [{{name: openid-connect, config: {{
      {OIDC}, auth_methods: [bearer], scopes_required: ["read write", "admin"]}}}}]
"""


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    budget = (*ANY_REFUSALS, "--authorizers", "2")
    with World.start(CONF, arguments=budget) as running:
        yield running


def everywhere(world: World, path: str, token: str, times: int = 12) -> set[int]:
    """Ask on new connections, so that both workers are met."""
    return {world.get(path, token).status for _ in range(times)}


def sent_upstream(answer: Answer) -> dict[str, str]:
    assert answer.status == 200, answer
    return {name.lower(): value for name, value in answer.json()["headers"].items()}


# -- client credentials


def test_the_open_route_is_open(world: World) -> None:
    assert world.get("/open/get").status == 200


def test_without_a_credential_it_is_401_with_kongs_words(world: World) -> None:
    answer = world.get("/oidcroute/get")
    assert (answer.status, answer.json()["message"]) == (401, "Unauthorized")
    assert "www-authenticate" in answer.headers


def test_a_clients_secret_becomes_a_token_once_and_the_issuer_is_told(world: World) -> None:
    client = world.basic("tutorial-jwt", "tutorial-jwt-secret")
    before = world.calls("token")
    told = sent_upstream(world.proxy.get("/oidcroute/get", client))
    world.secrets.add(told["authorization"].removeprefix("Bearer "))
    assert told["authorization"].startswith("Bearer ey")
    assert client["Authorization"] not in told.values()
    assert told["issuer-header"] == world.issuer
    assert world.calls("token") == before + 1
    calls = world.idp.get("/dev/counters").json()["endpoints"]
    for _ in range(20):
        again = sent_upstream(world.proxy.get("/oidcroute/get", client))
        assert again["authorization"] == told["authorization"]
    assert world.idp.get("/dev/counters").json()["endpoints"] == calls


def test_a_wrong_secret_is_401_also_after_the_right_one(world: World) -> None:
    right = world.basic("tutorial-jwt", "tutorial-jwt-secret")
    assert world.proxy.get("/oidcroute/get", right).status == 200
    for secret in ("wrong-wrong-wrong", "tutorial-jwt-secre", "tutorial-jwt-secret2"):
        wrong = world.basic("tutorial-jwt", secret)
        assert world.proxy.get("/oidcroute/get", wrong).status == 401


# -- introspection


def test_every_request_asks_and_a_deactivated_application_is_refused_at_once(
    world: World,
) -> None:
    token = world.token()
    before = world.calls("introspect")
    for _ in range(10):
        assert world.get("/introspection/get", token).status == 200
    assert world.calls("introspect") == before + 10
    life(world, "deactivate")
    try:
        assert everywhere(world, "/introspection/get", token) == {401}
    finally:
        life(world, "activate")
    assert everywhere(world, "/introspection/get", token) == {401}
    assert everywhere(world, "/introspection/get", world.token()) == {200}


def test_a_thousand_requests_make_one_call(world: World) -> None:
    token, before = world.token(), world.calls("introspect")
    statuses = at_once(lambda _: world.get("/kept/get", token).status, range(1000))
    assert set(statuses) == {200}
    assert world.calls("introspect") == before + 1


def test_two_hundred_first_requests_at_once_make_one_call(world: World) -> None:
    token, before = world.token(), world.calls("introspect")
    with misbehaving(world, "slow", "introspect", times=1, seconds=0.5):
        statuses = at_once(lambda _: world.get("/kept/get", token).status, range(200), threads=200)
    assert set(statuses) == {200}
    assert world.calls("introspect") == before + 1


def test_what_may_not_be_remembered_is_not_shared_either(world: World) -> None:
    token, before = world.token(), world.calls("introspect")
    statuses = at_once(lambda _: world.get("/introspection/get", token).status, range(40))
    assert set(statuses) == {200}
    assert world.calls("introspect") == before + 40


# -- revocation: this provider goes on saying that the token is active


def test_a_revocation_is_heeded_at_once_on_every_worker_and_after_a_restart() -> None:
    with World.start(CONF, arguments=("--authorizers", "2")) as world:
        first, second, jwt = world.token(), world.token(), world.token("tutorial-jwt")
        living, dead = [first, second, jwt], list[str]()
        for target, value, token in (
            ("token", "-", first),
            ("subject", "tutorial-jwt", jwt),
            ("client", "tutorial-opaque", second),
        ):
            assert {status for one in living for status in everywhere(world, "/kept/get", one)} == {
                200
            }
            done = world.gatepost(
                "revoke", f"--{target}", value, "--prefix", str(world.prefix), stdin=token + "\n"
            )
            assert done.returncode == 0, done.stderr
            assert world.get("/kept/get", token).status == 401
            living.remove(token)
            dead.append(token)
            for one in dead:
                assert everywhere(world, "/kept/get", one) == {401}
                assert everywhere(world, "/introspection/get", one) == {401}
                assert active(world, one)
        world.node.stop()
        world.start_node()
        for one in dead:
            assert everywhere(world, "/kept/get", one) == {401}
            assert everywhere(world, "/introspection/get", one) == {401}
        time.sleep(1.1)  # tokens tell the second in which they were issued
        assert everywhere(world, "/kept/get", world.token()) == {200}


def active(world: World, token: str) -> bool:
    """Return what the provider says."""
    fields = {
        "Content-Type": "application/x-www-form-urlencoded",
        **world.basic("gateway", "gateway-secret"),
    }
    path = "/oauth2/default/v1/introspect"
    return bool(world.idp.send("POST", path, f"token={token}".encode(), fields).json()["active"])


def test_a_revocation_while_the_question_is_in_flight_wins(world: World) -> None:
    for path in ("/kept/get", "/introspection/get"):
        token = world.token()
        with (
            misbehaving(world, "slow", "introspect", times=8, seconds=1.5),
            ThreadPoolExecutor(4) as pool,
        ):
            world.idp.send("DELETE", "/dev/counters")
            asking = [pool.submit(world.get, path, token) for _ in range(4)]
            world.until(lambda: world.calls("introspect") > 0, "the question is in flight")
            assert world.revoke(token=token, who="test").status == 201
            assert {one.result().status for one in asking} == {401}, path
        assert everywhere(world, path, token) == {401}


# -- JWT


def test_each_bad_jwt_is_refused_and_explain_says_why(world: World) -> None:
    now = int(time.time())
    head, payload, _ = mint(world).split(".")
    other = mint(world).rpartition(".")[2]
    cases = [
        (mint(world), 200, None),
        (mint(world, claims={"exp": now - 1}), 401, "token.expired"),
        (mint(world, claims={"iss": "https://other.example"}), 401, "token.issuer"),
        (f"{head}.{payload}.{other}", 401, "token.signature"),
        (mint(world, alg="none"), 401, "token.algorithm"),
        (mint(world, key="hs256-with-public-key"), 401, "token.algorithm"),
        (mint(world, key="unknown"), 401, "token.unknown_key"),
        (mint(world, header={"kid": "nobodys"}), 401, "token.unknown_key"),
        (mint(world, claims={"aud": "api://other"}), 403, "audience.missing"),
    ]
    for token, status, code in cases:
        world.secrets.add(token)
        answer = world.get("/jwt/get", token)
        assert answer.status == status, code
        if status == 401:
            assert 'error="invalid_token"' in answer.headers["www-authenticate"]
        if status != 200:
            message = {401: "Unauthorized", 403: "Forbidden"}[status]
            assert answer.json()["message"] == message
        done = world.gatepost(
            "explain", "--config", str(world.file), "--url", f"{world.proxy.url}/jwt/get",
            "-H", f"Authorization: Bearer {token}", "--json",
        )  # fmt: skip
        story = json.loads(done.stdout)
        assert done.returncode == (0 if status == 200 else 3), done.stderr
        assert story["outcome"] == ("forward" if status == 200 else "refused")
        assert story.get("status", 200) == status
        assert story.get("code") == code
        assert code is None or story["message"] or story["steps"]


def test_after_a_rotation_the_first_request_with_a_new_token_is_200() -> None:
    rotate = "/api/v1/authorizationServers/default/credentials/lifecycle/keyRotate"
    with World.start(CONF) as other:
        assert other.get("/jwt/get", mint(other)).status == 200
        assert other.idp.send("POST", rotate).status == 200
        assert other.get("/jwt/get", mint(other)).status == 200
        assert other.get("/jwt/get", mint(other, key="old")).status == 200


def test_ten_thousand_unknown_key_ids_make_a_handful_of_fetches(world: World) -> None:
    head, payload, signature = mint(world, key="unknown").split(".")

    def lie(number: int) -> str:
        header = {"alg": "RS256", "typ": "at+jwt", "kid": f"kid-{number}"}
        return f"{segment(header)}.{payload}.{signature}"

    assert world.get("/jwt/get", mint(world)).status == 200
    before, begun = world.calls("keys"), time.monotonic()
    assert set(flood(world, "/jwt/get", map(lie, range(10_000)))) == {401}
    # two authorizers, each at once and then at most once in rediscovery_lifetime (30 s)
    allowed = 2 * (1 + (time.monotonic() - begun) / 30)
    assert world.calls("keys") - before <= allowed
    assert world.get("/jwt/get", mint(world)).status == 200
    assert head


@pytest.mark.parametrize(
    ("scope", "status"),
    [("read write", 200), ("admin", 200), ("read", 403), ("write", 403), ("read admin", 200)],
)
def test_scopes_required_is_read_and_write_or_admin(world: World, scope: str, status: int) -> None:
    for _ in range(3):  # judged, then remembered
        answer = world.get("/scoped/get", world.token("tutorial-jwt", scope=scope))
        assert answer.status == status
        if status == 403:
            assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]
