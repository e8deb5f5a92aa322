"""The memory under attack, at a whole node: rows K1 to K11, and floods (D1, D2, D10).

The differential test compares what is remembered with fresh evaluations; here are the attacks
that hit other gateways, with the real plugin, provider and workers.
"""

import time
from base64 import b64encode
from collections.abc import Iterator

import pytest

from tests.integration.attacker import at_once, flood, life, mint, misbehaving
from tests.integration.recorder import Recorder
from tests.integration.world import ANY_REFUSALS, Answer, Client, World

pytestmark = pytest.mark.integration

OIDC = "client_id: [gateway], client_secret: [gateway-secret], timeout: 2000"
TOLD = "upstream_headers: [{header: X-User, path: [sub]}, {header: X-Issuer, path: [iss]}]"


def kong_yaml(port: int, second: str, scope: str = "read") -> str:
    def route(name: str, config: str, issuer: str = "$ISSUER") -> str:
        whole = f"issuer: {issuer}, {OIDC}, {TOLD}, {config}"
        plugin = f"{{name: openid-connect, config: {{{whole}}}}}"
        return f"  - {{name: {name}, paths: [/{name}], plugins: [{plugin}]}}\n"

    asked = "auth_methods: [introspection]"
    return f"""
_format_version: "3.0"
services:
- name: api
  url: http://127.0.0.1:{port}
  routes:
{route("kept", asked)}\
{route("again", asked)}\
{route("scoped", f"{asked}, scopes_required: [{scope}]")}\
{route("written", f"{asked}, scopes_required: [write]")}\
{route("aud", f"{asked}, audience_required: ['api://other']")}\
{route("forbidding", f"{asked}, claims_forbidden: [client_id]")}\
{route("second", asked, second)}\
{route("jwt", "auth_methods: [bearer]")}\
{route("traded", "auth_methods: [client_credentials], scopes: [read]")}"""


class Cached:
    """A World with two providers."""

    def __init__(self, world: World, upstream: Recorder, second: Client) -> None:
        self.world, self.upstream, self.second = world, upstream, second

    @property
    def second_issuer(self) -> str:
        return f"{self.second.url}/oauth2/default"

    def token_of_second(self) -> str:
        """Get an access token from the second provider."""
        fields = {
            "Content-Type": "application/x-www-form-urlencoded",
            **self.world.basic("tutorial-opaque", "tutorial-opaque-secret"),
        }
        form = b"grant_type=client_credentials&scope=read"
        answer = self.second.send("POST", "/oauth2/default/v1/token", form, fields)
        token = str(answer.json()["access_token"])
        self.world.secrets.add(token)
        return token

    def told(self, answer: Answer, name: str) -> str | None:
        assert answer.status == 200, answer
        found = {key.lower(): str(value) for key, value in answer.json()["headers"]}
        return found.get(name)


@pytest.fixture(scope="module")
def cached() -> Iterator[Cached]:
    open_ = '_format_version: "3.0"\n'
    with Recorder() as upstream, World.start(open_, arguments=ANY_REFUSALS) as world:
        other = world.spawn("second provider", "idp", "--listen", "127.0.0.1:0")
        ready = other.ready().split()
        found = Cached(world, upstream, Client(next(w for w in ready if w.startswith("http"))))
        world.change(kong_yaml(upstream.port, found.second_issuer))
        yield found


@pytest.fixture(autouse=True)
def fresh(cached: Cached) -> None:
    cached.upstream.seen.clear()


def test_k1_k3_a_remembered_token_is_judged_by_each_routes_own_rules(cached: Cached) -> None:
    world = cached.world
    token = world.token(scope="read")
    for _ in range(3):
        for route, status in (
            ("kept", 200), ("scoped", 200), ("written", 403), ("aud", 403), ("forbidding", 403),
        ):  # fmt: skip
            assert {world.get(f"/{route}/x", token).status for _ in range(4)} == {status}, route


def test_k2_two_providers_share_nothing(cached: Cached) -> None:
    world = cached.world
    token, jwt = world.token(), mint(world)
    for path, one in (("/kept/x", token), ("/jwt/x", jwt)):
        assert world.get(path, one).status == 200
    for _ in range(4):
        assert world.get("/second/x", token).status == 401
        assert world.get("/second/x", jwt).status == 401
    theirs = cached.token_of_second()
    for _ in range(4):
        assert cached.told(world.get("/second/x", theirs), "x-issuer") == cached.second_issuer
        assert world.get("/kept/x", theirs).status == 401


def test_k4_k11_what_is_separated_differently_is_something_else(cached: Cached) -> None:
    world = cached.world
    good = world.basic("tutorial-jwt", "tutorial-jwt-secret")
    assert world.proxy.get("/traded/x", good).status == 200
    for pair in (
        "tutorial-jwt:tutorial:jwt-secret", "tutorial-jw:ttutorial-jwt-secret",
        "tutorial-jwt|:tutorial-jwt-secret", "tutorial-jwt:tutorial-jwt-secret:",
        ":tutorial-jwt:tutorial-jwt-secret", "tutorial-jwt:tutorial-jwt-secret ",
        "tutorial-jwt", "tutorial-jwttutorial-jwt-secret", "TUTORIAL-JWT:tutorial-jwt-secret",
    ):  # fmt: skip
        lie = {"Authorization": "Basic " + b64encode(pair.encode()).decode()}
        assert world.proxy.get("/traded/x", lie).status == 401, pair
    token = world.token()
    assert world.get("/kept/x", token).status == 200
    for other in (token + "x", token[:-1], token.swapcase(), "x" + token, token + "|", token + "="):
        world.secrets.add(other)
        assert world.get("/kept/x", other).status == 401


def test_k6_a_change_of_the_rules_counts_for_the_very_next_request(cached: Cached) -> None:
    world, port = cached.world, cached.upstream.port
    token = world.token(scope="read")
    assert {world.get("/scoped/x", token).status for _ in range(6)} == {200}
    before = world.calls("introspect")
    world.change(kong_yaml(port, cached.second_issuer, scope="admin"))
    assert {world.get("/scoped/x", token).status for _ in range(6)} == {403}
    world.change(kong_yaml(port, cached.second_issuer))
    assert {world.get("/scoped/x", token).status for _ in range(6)} == {200}
    assert world.calls("introspect") <= before + 2


def test_k7_d1_a_flood_of_invented_tokens_evicts_nobody(cached: Cached) -> None:
    """And the fact that a good token is good is not asked for again afterwards."""
    world = cached.world
    good = [world.token() for _ in range(20)]
    for token in good:
        assert {world.get("/kept/x", token).status for _ in range(4)} == {200}
    invented = [f"invented-{n}-{'x' * 400}" for n in range(3000)]
    assert set(flood(world, "/kept/x", invented)) == {401}
    before = world.calls("introspect")
    for token in good:
        assert {world.get("/kept/x", token).status for _ in range(4)} == {200}
    for token in good:  # another plan: the engine asks, and the fact is still there
        assert world.get("/again/x", token).status == 200
    assert world.calls("introspect") == before


def test_k9_a_remembered_answer_ends_with_its_token(cached: Cached) -> None:
    world = cached.world
    token = world.token()
    end = int(time.time()) + 3
    with misbehaving(world, "merge", "introspect", times=1, members={"exp": end}):
        assert world.get("/kept/x", token).status == 200
    life(world, "deactivate")
    try:
        assert world.get("/kept/x", token).status == 200  # remembered until its end, as configured
        world.until(lambda: time.time() > end, "the token has ended")
        assert {world.get("/kept/x", token).status for _ in range(8)} == {401}
    finally:
        life(world, "activate")


def test_k10_many_callers_at_once_each_stay_who_they_are(cached: Cached) -> None:
    world = cached.world
    tokens = {f"sub-{n}": mint(world, claims={"sub": f"sub-{n}"}) for n in range(100)}

    def ask(sub: str) -> tuple[str, str | None, str | None]:
        answer = world.get("/jwt/x", tokens[sub])
        return sub, cached.told(answer, "x-user"), cached.told(answer, "authorization")

    for sub, user, authorization in at_once(ask, list(tokens) * 10, threads=50):
        assert user == sub
        assert authorization == f"Bearer {tokens[sub]}"


def test_k10_no_answer_of_the_gateway_may_be_kept_by_a_cache(cached: Cached) -> None:
    """A refusal has no validator and no lifetime, so no cache keeps it (RFC 9111, 3 and 4.2.2)."""
    answer = cached.world.get("/kept/x", "nonsense")
    assert answer.status == 401
    control = answer.headers.get("cache-control", "no-store")
    assert "no-store" in control
    assert "etag" not in answer.headers
    assert "last-modified" not in answer.headers


def test_k11_the_same_question_at_once_is_asked_once_and_others_are_their_own(
    cached: Cached,
) -> None:
    world = cached.world
    tokens = [world.token() for _ in range(10)]
    before = world.calls("introspect")
    with misbehaving(world, "slow", "introspect", times=10, seconds=0.5):
        answers = at_once(lambda one: world.get("/kept/x", one), tokens * 15, threads=150)
    assert {answer.status for answer in answers} == {200}
    for token, answer in zip(tokens * 15, answers, strict=True):
        assert cached.told(answer, "authorization") == f"Bearer {token}"
    assert world.calls("introspect") - before == 10


def test_d10_a_slow_provider_does_not_hold_up_the_others(cached: Cached) -> None:
    world = cached.world
    token, theirs = world.token(), cached.token_of_second()
    assert world.get("/jwt/x", mint(world)).status == 200
    with misbehaving(world, "slow", "introspect", seconds=5):
        waiting = [f"{token[:-2]}{n:02}" for n in range(40)]
        world.secrets.update(waiting)

        def ask(one: str) -> tuple[str, int, float]:
            begun = time.monotonic()
            path = {theirs: "/second/x"}.get(one, "/kept/x")
            status = world.get(path, one).status
            return one, status, time.monotonic() - begun

        answers = at_once(ask, [*waiting, theirs], threads=41)
    for one, status, seconds in answers:
        assert status == (200 if one == theirs else 503)
        assert one != theirs or seconds < 2
