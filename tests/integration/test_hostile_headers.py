"""Hostile headers at a whole node: rows H1 to H5 of the attack catalogue.

What tells an upstream who called is the gateway's or is not there: on routes with and without
policy, for every method and outcome, in every spelling, over HTTP/1.1, HTTP/2 and WebSocket.
The engine's own tests (test_routing.py, test_routing_streams.py) hold the rest.
"""

from collections.abc import Iterator

import pytest

from tests.integration.attacker import mint, misbehaving, over_h2, raw, request, status_of
from tests.integration.identity_forger import NAMES, forged, kong_yaml, spellings, told
from tests.integration.recorder import Recorder
from tests.integration.world import ANY_REFUSALS, World

pytestmark = pytest.mark.integration


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


METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "FOO"]


@pytest.mark.parametrize("method", METHODS)
def test_h1_h2_h3_an_open_route_tells_the_upstream_nothing(
    world: World, upstream: Recorder, method: str
) -> None:
    answer = request(world, "/open/x", *forged(), method=method)
    assert status_of(answer) == 200, answer
    assert [told(seen) for seen in upstream.seen] == [{}]


def test_h1_a_preflight_that_is_let_through_tells_the_upstream_nothing(
    world: World, upstream: Recorder
) -> None:
    cors = ("Origin: http://a.test", "Access-Control-Request-Method: GET")
    for _ in range(3):
        assert status_of(request(world, "/preflight/x", *cors, *forged(), method="OPTIONS")) == 200
    assert status_of(request(world, "/preflight/x", *cors, *forged())) == 401
    assert [told(seen) for seen in upstream.seen] == [{}] * 3


@pytest.mark.parametrize("method", METHODS)
def test_h1_h2_h3_a_protected_route_tells_only_what_the_gateway_knows(
    world: World, upstream: Recorder, method: str
) -> None:
    token = world.token("tutorial-jwt")
    bearer = f"Authorization: Bearer {token}"
    for route, more in (("jwt", {}), ("asked", {"xtokencopy"})):
        for _ in range(2):  # judged, then remembered
            answer = request(world, f"/{route}/x", bearer, *forged(), method=method)
            assert status_of(answer) == 200, answer
            found = told(upstream.seen.pop())
            assert found.pop("xuser") == ["tutorial-jwt"]
            assert found.pop("xclaimsdepartment") == ["tutorials"]
            assert not any("forged" in value for values in found.values() for value in values)
            assert set(found) <= {"xcredentialidentifier", *more}


def test_h1_a_claim_that_is_missing_leaves_its_header_out(world: World, upstream: Recorder) -> None:
    token = mint(world, remove=["sub"])
    for _ in range(2):
        request(world, "/jwt/x", f"Authorization: Bearer {token}", *forged())
        assert told(upstream.seen.pop()) == {}


def test_h1_a_guest_is_told_as_a_guest(world: World, upstream: Recorder) -> None:
    """Also after a bad credential, and with every header that says otherwise."""
    for lines in ((), ("Authorization: Bearer nonsense",)):
        for _ in range(2):
            assert status_of(request(world, "/guests/x", *lines, *forged())) == 200
            found = told(upstream.seen.pop())
            assert found["xconsumerusername"] == ["guest"]
            assert found["xconsumercustomid"] == ["guest-1"]
            assert found["xanonymousconsumer"] == ["true"]
            assert set(found) == {
                "xconsumerusername", "xconsumercustomid", "xanonymousconsumer", "xconsumerid",
            }  # fmt: skip


def test_h1_a_consumer_is_told_by_the_gateways_words(world: World, upstream: Recorder) -> None:
    bearer = f"Authorization: Bearer {mint(world)}"
    for _ in range(2):
        assert status_of(request(world, "/consumed/x", bearer, *forged())) == 200
        found = told(upstream.seen.pop())
        assert found["xconsumerusername"] == ["minted"]
        assert "xanonymousconsumer" not in found
        assert "xconsumercustomid" not in found
        assert not any("forged" in value for values in found.values() for value in values)


@pytest.mark.parametrize(
    ("path", "lines", "status"),
    [
        ("/jwt/x", (), 401), ("/jwt/x", ("Authorization: Bearer x",), 401), ("/nothing", (), 404),
        ("/down", (), 502), ("/jwt/..;/x", (), 400),
        ("/asked/x", ("Authorization: Basic eA",), 401),
    ],
)  # fmt: skip
def test_h1_what_is_refused_reaches_nobody_and_echoes_nothing(
    world: World, upstream: Recorder, path: str, lines: tuple[str, ...], status: int
) -> None:
    answer = request(world, path, *lines, *forged())
    assert status_of(answer) == status, answer
    assert b"forged" not in answer
    assert not upstream.seen


def test_h1_while_the_provider_is_away_nothing_passes(world: World, upstream: Recorder) -> None:
    token = world.token()
    with misbehaving(world, "status-500", "introspect"):
        bearer = f"Authorization: Bearer {token}"
        assert status_of(request(world, "/always/x", bearer, *forged())) == 503
    assert not upstream.seen


def test_h1_over_http2(world: World, upstream: Recorder) -> None:
    token = world.token("tutorial-jwt")

    def asked(path: str, *more: tuple[str, str]) -> list[tuple[str, str]]:
        pseudo = [
            (":method", "GET"), (":scheme", "https"), (":authority", "gate.test"), (":path", path),
        ]  # fmt: skip
        lies = [(one, "forged") for name in NAMES for one in spellings(name.lower())]
        return [*pseudo, *more, *((name.lower(), value) for name, value in lies)]

    bearer = ("authorization", f"Bearer {token}")
    (first,) = over_h2(world, asked("/open/x"))
    (second,) = over_h2(world, asked("/jwt/x", bearer))
    (third,) = over_h2(world, asked("/jwt/x"))
    assert (first.status, second.status, third.status) == (200, 200, 401)
    open_, protected = (told(seen) for seen in upstream.seen)
    assert open_ == {}
    assert protected.pop("xuser") == ["tutorial-jwt"]
    assert not any("forged" in value for values in protected.values() for value in values)


def test_h1_h17_over_websocket(world: World, upstream: Recorder) -> None:
    upgrade = (
        "Upgrade: websocket", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    )  # fmt: skip
    token = world.token("tutorial-jwt")

    def shake(path: str, *lines: str) -> bytes:
        head = [f"GET {path} HTTP/1.1", "Host: gate.test", "Connection: Upgrade", *upgrade, *lines]
        return raw(world, "\r\n".join([*head, "", ""]).encode(), seconds=1)

    assert status_of(shake("/jwt/x", *forged())) == 401
    assert status_of(shake("/jwt/x", "Authorization: Bearer x", *forged())) == 401
    assert not upstream.seen
    assert status_of(shake("/open/x", *forged())) == 200
    assert status_of(shake("/jwt/x", f"Authorization: Bearer {token}", *forged())) == 200
    open_, protected = (told(seen) for seen in upstream.seen)
    assert open_ == {}
    assert protected.pop("xuser") == ["tutorial-jwt"]
    assert [seen.all("Upgrade") for seen in upstream.seen] == [["websocket"]] * 2


@pytest.mark.parametrize(
    "lines",
    [
        ("Authorization: Bearer $T", "Authorization: Bearer $T"),
        ("Authorization: Bearer $T", "authorization: Basic eDp5"),
        ("Access-Token: $T", "access-token: x"),
        ("X-Access-Token: $T", "X-Access-Token: $T"),
    ],
)
def test_h3_h4_a_credential_that_comes_twice_is_400(
    world: World, upstream: Recorder, lines: tuple[str, ...]
) -> None:
    token = world.token("tutorial-jwt")
    assert world.get("/jwt/x", token).status == 200
    upstream.seen.clear()
    given = [line.replace("$T", token) for line in lines]
    for route in ("jwt", "asked", "guests"):
        assert status_of(request(world, f"/{route}/x", *given)) == 400
    assert not upstream.seen


@pytest.mark.parametrize("value", ["Bearer $T, Bearer x", "Bearer $T,x", "Bearer $T Bearer $T"])
def test_h3_h4_two_credentials_in_one_header_are_401(
    world: World, upstream: Recorder, value: str
) -> None:
    token = world.token("tutorial-jwt")
    line = "Authorization: " + value.replace("$T", token)
    for route in ("jwt", "asked"):
        assert status_of(request(world, f"/{route}/x", line)) == 401
    assert not upstream.seen


def test_h4_an_argument_that_comes_twice_is_400(world: World, upstream: Recorder) -> None:
    token = world.token("tutorial-jwt")
    for query in (
        f"access_token={token}&access_token={token}",
        f"access_token=x&access%5Ftoken={token}",
        f"access_token={token}&access_token",
    ):
        for route in ("jwt", "asked", "guests"):
            assert status_of(request(world, f"/{route}/x?{query}")) == 400
    assert not upstream.seen


def test_h4_the_first_place_decides_also_when_it_is_bad(world: World, upstream: Recorder) -> None:
    """The documented order: header, query, body. A good token in a later place saves nobody."""
    token = world.token("tutorial-jwt")
    bad = "Authorization: Bearer e30.e30.e30"
    assert status_of(request(world, f"/jwt/x?access_token={token}", bad)) == 401
    form = f"access_token={token}"
    lines = (
        "Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(form)}",
    )  # fmt: skip
    answer = request(world, "/jwt/x", bad, *lines, method="POST", body=form.encode())
    assert status_of(answer) == 401
    answer = request(
        world, "/jwt/x?access_token=e30.e30.e30", *lines, method="POST", body=form.encode()
    )
    assert status_of(answer) == 401
    assert not upstream.seen


@pytest.mark.parametrize(
    "nominated",
    [
        "X-User", "close, X-User, X-Consumer-ID", "Authorization", "X-Forwarded-For, Host",
        "keep-alive, authorization, x-user", "Cookie", "Content-Length", "Upgrade",
    ],
)  # fmt: skip
def test_h5_a_nominated_header_is_neither_dropped_from_the_judgement_nor_from_the_upstream(
    world: World, upstream: Recorder, nominated: str
) -> None:
    token = world.token("tutorial-jwt")

    def ask(path: str, *lines: str) -> int:
        head = [f"GET {path} HTTP/1.1", "Host: gate.test", f"Connection: {nominated}", *lines]
        return status_of(raw(world, "\r\n".join([*head, "", ""]).encode(), seconds=0.4))

    assert ask("/jwt/x") == 401
    assert ask("/jwt/x", "Authorization: Bearer x") == 401
    assert not upstream.seen
    assert ask("/jwt/x", f"Authorization: Bearer {token}", "X-User: forged") == 200
    seen = upstream.seen[0]
    assert seen.all("X-User") == ["tutorial-jwt"]
    assert seen.all("Authorization") == [f"Bearer {token}"]
    assert seen.all("X-Forwarded-For") == ["127.0.0.1"]
    assert seen.all("Connection") in ([], ["keep-alive"])
