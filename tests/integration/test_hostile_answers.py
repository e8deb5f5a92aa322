"""Hostile answers of the provider at a whole node: rows I1 to I13 of the attack catalogue.

What says nothing about a token is 503 and forgotten; only what says "inactive" is 401.
"""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.attacker import at_once, life, misbehaving
from tests.integration.recorder import Recorder
from tests.integration.world import ANY_REFUSALS, World

pytestmark = pytest.mark.integration

OIDC = (
    "issuer: $ISSUER, client_id: [gateway], client_secret: [gateway-secret], timeout: 1500, "
    "upstream_headers: [{header: X-User, path: [sub]}]"
)
ASKED = "auth_methods: [introspection]"
ROUTES = {
    "kept": ASKED,
    "always": f"{ASKED}, cache_introspection: false",
    "brief": f"{ASKED}, cache_ttl_max: 1",
    "scoped": f"{ASKED}, scopes_required: [read]",
    "aud": f"{ASKED}, audience_required: ['api://default']",
    "client": "auth_methods: [client_credentials], scopes: [read]",
}


def kong_yaml(port: int) -> str:
    routes = "".join(
        f"""
      - name: {name}
        paths: [/{name}]
        plugins: [{{name: openid-connect, config: {{{OIDC}, {config}}}}}]"""
        for name, config in ROUTES.items()
    )
    service = f"  - name: api\n    url: http://127.0.0.1:{port}\n    routes:{routes}\n"
    return f'_format_version: "3.0"\nservices:\n{service}'


@pytest.fixture(scope="module")
def upstream() -> Iterator[Recorder]:
    with Recorder() as recorder:
        yield recorder


@pytest.fixture(scope="module")
def world(upstream: Recorder) -> Iterator[World]:
    with World.start(kong_yaml(upstream.port), arguments=ANY_REFUSALS) as running:
        yield running


@pytest.fixture(autouse=True)
def fresh(upstream: Recorder) -> None:
    upstream.seen.clear()


def unavailable(world: World, path: str, token: str) -> None:
    answer = world.get(path, token)
    assert answer.status == 503, (path, answer)
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    "fault", ["active-string", "active-number", "active-null", "active-list", "active-missing"]
)
def test_i1_only_true_is_active(world: World, upstream: Recorder, fault: str) -> None:
    with misbehaving(world, fault, "introspect"):
        for route in ("kept", "always"):
            assert world.get(f"/{route}/x", world.token()).status == 401
    assert not upstream.seen


@pytest.mark.parametrize(
    "fault",
    [
        "array", "string", "empty", "empty-object", "html", "wrong-type", "byte-order-mark",
        "not-json", "deep", "duplicate-keys", "status-400", "status-401", "status-403",
        "status-404", "status-429", "status-500", "status-502", "status-503", "reset",
    ],
)  # fmt: skip
def test_i2_i3_i4_i10_what_cannot_be_read_says_nothing_and_is_forgotten(
    world: World, upstream: Recorder, fault: str
) -> None:
    token = world.token()
    with misbehaving(world, fault, "introspect"):
        for route in ("kept", "always"):
            for _ in range(2):
                unavailable(world, f"/{route}/x", token)
    assert not upstream.seen
    for route in ("kept", "always"):
        assert world.get(f"/{route}/x", token).status == 200


def test_i4_a_provider_that_says_when_to_come_again_is_heard(world: World) -> None:
    with misbehaving(world, "status-429", "introspect"):
        assert world.get("/kept/x", world.token()).headers["retry-after"] == "7"


def test_i5_a_redirect_is_not_followed(world: World, upstream: Recorder) -> None:
    token = world.token()
    with Recorder() as lair:
        location = f"http://127.0.0.1:{lair.port}/x"
        with misbehaving(world, "redirect", "introspect", location=location):
            unavailable(world, "/kept/x", token)
        assert lair.connections == 0
    assert not upstream.seen


@pytest.mark.parametrize(
    ("fault", "details"),
    [
        ("slow", {"seconds": 30}), ("drip", {"seconds": 1}), ("endless", {}),
        ("huge", {"bytes": 1 << 30}), ("gzip-bomb", {"bytes": 1 << 25}), ("cut", {}),
    ],
)  # fmt: skip
def test_i6_i7_an_endless_answer_ends_in_time(
    world: World, upstream: Recorder, fault: str, details: dict[str, Any]
) -> None:
    token = world.token()
    with misbehaving(world, fault, "introspect", **details):
        begun = time.monotonic()
        statuses = at_once(lambda _: world.get("/kept/x", token).status, range(8))
        assert set(statuses) == {503}
        assert time.monotonic() - begun < 12
    assert not upstream.seen
    assert world.get("/kept/x", token).status == 200


@pytest.mark.parametrize(
    ("members", "status"),
    [
        ({"exp": 1}, 401), ({"nbf": 9_999_999_999}, 401), ({"iss": "https://other.example"}, 401),
        ({"token_type": "refresh_token"}, 401), ({"exp": "9999999999"}, 401), ({"exp": True}, 401),
        ({"sub": 5}, 401), ({"sub": "a\nb"}, 401), ({"iat": 9_999_999_999}, 401),
        ({"aud": [1]}, 401), ({"token_use": "refresh"}, 401), ({"iss": None}, 401),
    ],
    ids=str,
)  # fmt: skip
def test_i8_an_active_answer_that_contradicts_itself_is_401(
    world: World, upstream: Recorder, members: dict[str, Any], status: int
) -> None:
    with misbehaving(world, "merge", "introspect", members=members):
        for route in ("kept", "always"):
            assert world.get(f"/{route}/x", world.token()).status == status
    assert not upstream.seen


def test_i8_a_token_for_somebody_else_is_403_where_an_audience_is_required(
    world: World, upstream: Recorder
) -> None:
    for members in ({"aud": "api://other"}, {"aud": ["api://default/"]}):
        with misbehaving(world, "merge", "introspect", members=members):
            assert world.get("/aud/x", world.token()).status == 403
    assert not upstream.seen
    assert world.get("/aud/x", world.token()).status == 200


def test_i9_many_answers_at_once_stay_with_their_tokens(world: World, upstream: Recorder) -> None:
    tokens: dict[str, str] = {}
    for number in range(20):
        login = f"user-{number}"
        user = {
            "profile": {"login": login},
            "credentials": {"password": {"value": f"password-{number}"}},
        }
        assert world.idp.post_json("/api/v1/users", user).status == 200
        form = f"grant_type=password&username={login}&password=password-{number}".encode()
        fields = {
            "Content-Type": "application/x-www-form-urlencoded",
            **world.basic("tutorial-opaque", "tutorial-opaque-secret"),
        }
        answer = world.idp.send("POST", "/oauth2/default/v1/token", form, fields)
        tokens[login] = answer.json()["access_token"]
    world.secrets.update(tokens.values())

    def ask(login: str) -> tuple[str, str]:
        route = "always" if len(login) % 2 else "kept"
        answer = world.get(f"/{route}/x", tokens[login])
        told = {name.lower(): value for name, value in answer.json()["headers"]}
        assert told["authorization"] == f"Bearer {tokens[login]}"
        return login, told["x-user"]

    for login, told in at_once(ask, list(tokens) * 30, threads=40):
        assert told == login


@pytest.mark.parametrize("scope", [None, [["read"]], 5, "readwrite", {"read": True}, ["read", 1]])
def test_i11_a_missing_or_strange_scope_satisfies_nothing(
    world: World, upstream: Recorder, scope: object
) -> None:
    details: dict[str, Any] = {"members": {"scope": scope}, "remove": []}
    if scope is None:
        details = {"remove": ["scope"]}
    with misbehaving(world, "merge", "introspect", **details):
        assert world.get("/scoped/x", world.token()).status == 403
    assert not upstream.seen


def test_i12_a_token_that_was_revoked_elsewhere_is_refused_when_its_answer_is_old(
    world: World, upstream: Recorder
) -> None:
    token = world.token()
    assert world.get("/brief/x", token).status == 200
    life(world, "deactivate")
    try:
        ended = time.monotonic()
        world.until(lambda: world.get("/brief/x", token).status == 401, "it is refused", 10)
        assert time.monotonic() - ended < 2.5
    finally:
        life(world, "activate")


@pytest.mark.parametrize(
    ("fault", "details"),
    [
        ("merge", {"members": {"token_type": "mac"}}), ("merge", {"remove": ["access_token"]}),
        ("merge", {"members": {"expires_in": -1}}), ("merge", {"members": {"expires_in": "soon"}}),
        ("merge", {"members": {"expires_in": 10**30}}), ("html", {}), ("empty-object", {}),
        ("merge", {"members": {"access_token": "a\nX-Admin: 1"}}), ("status-500", {}),
        ("merge", {"members": {"access_token": ["a"]}}), ("duplicate-keys", {}), ("array", {}),
        ("merge", {"members": {"access_token": "x" * 100_000}}), ("redirect", {}),
        ("merge", {"members": {"error": "invalid_client"}, "remove": ["access_token"]}),
        ("gzip-bomb", {"bytes": 1 << 25}), ("slow", {"seconds": 30}), ("byte-order-mark", {}),
    ],
    ids=str,
)  # fmt: skip
def test_i13_a_token_endpoint_that_talks_nonsense_is_503(
    world: World, upstream: Recorder, fault: str, details: dict[str, Any]
) -> None:
    client = world.basic("tutorial-jwt", "tutorial-jwt-secret")
    with misbehaving(world, fault, "token", **details):
        for _ in range(2):
            answer = world.proxy.get("/client/x", client)
            assert answer.status == 503, answer
            assert int(answer.headers["retry-after"]) > 0
    assert not upstream.seen


def test_i13_afterwards_the_same_client_is_served(world: World, upstream: Recorder) -> None:
    client = world.basic("tutorial-jwt", "tutorial-jwt-secret")
    assert world.proxy.get("/client/x", client).status == 200
    sent = upstream.seen[0].all("Authorization")[0]
    world.secrets.add(sent.removeprefix("Bearer "))
