"""Hostile framing, hosts and retold requests at a whole node: rows H6 to H17.

The engine's own tests (test_routing.py, test_routing_streams.py) hold H8 and H19.
"""

import re
import socket
import time
from collections.abc import Iterator

import pytest

from tests.integration.attacker import mint, over_h2, raw, request, status_of
from tests.integration.identity_forger import forged, kong_yaml, told
from tests.integration.recorder import Recorder, Seen
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


TOKENLESS = "GET /jwt/secret HTTP/1.1\r\nHost: gate.test\r\n\r\n"


@pytest.mark.parametrize("route", ["open", "jwt"])
@pytest.mark.parametrize(
    "lines",
    [
        "Content-Length: 4\r\nTransfer-Encoding: chunked", "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding: identity, chunked", "Transfer-Encoding:\x0bchunked",
        "Transfer-Encoding : chunked", "Transfer-Encoding: \"chunked\"",
        "Transfer-Encoding: chunked\x0b",
        "Content-Length: 4\r\nContent-Length: 5", "Content-Length: 4, 4", "Content-Length: +4",
        "Content-Length: 0x4", "Content-Length: 4 4", "Content-Length: -4", "Content-Length: 4_0",
        "Content-Length: 99999999999999999999", "X-A: b\0c", "X-A: b\r\n folded",
        "X A: b", "X-A : b", ": b",
    ],
)  # fmt: skip
def test_h6_h9_what_two_servers_could_frame_differently_is_400(
    world: World, upstream: Recorder, route: str, lines: str
) -> None:
    bearer = f"Authorization: Bearer {world.token('tutorial-jwt')}"
    head = f"POST /{route}/x HTTP/1.1\r\nHost: gate.test\r\n{bearer}\r\n{lines}\r\n\r\n"
    answer = raw(world, (head + "0\r\n\r\n" + TOKENLESS).encode("latin-1"), seconds=0.5)
    assert status_of(answer) in (400, 501, 413), answer
    assert answer.count(b"HTTP/1.1 ") == 1
    assert not [seen for seen in upstream.seen if "secret" in seen.target]


def test_h6_bytes_after_a_request_are_the_next_request_and_are_judged(
    world: World, upstream: Recorder
) -> None:
    bearer = f"Authorization: Bearer {world.token('tutorial-jwt')}"
    first = f"GET /jwt/a HTTP/1.1\r\nHost: gate.test\r\n{bearer}\r\n\r\n"
    answer = raw(world, (first + TOKENLESS + first).encode(), seconds=1)
    assert re.findall(rb"HTTP/1.1 (\d+)", answer) == [b"200", b"401", b"200"]
    assert [seen.target for seen in upstream.seen] == ["/a", "/a"]


def test_h6_a_chunk_extension_and_trailers_do_not_reach_the_upstream(
    world: World, upstream: Recorder
) -> None:
    bearer = f"Authorization: Bearer {world.token('tutorial-jwt')}"
    head = f"POST /jwt/x HTTP/1.1\r\nHost: gate.test\r\n{bearer}\r\nTransfer-Encoding: chunked\r\n"
    body = "3;a=b\r\nabc\r\n0\r\nX-User: forged\r\nX-Consumer-ID: forged\r\n\r\n"
    answer = raw(world, (head + "Trailer: X-User\r\n\r\n" + body).encode(), seconds=1)
    assert status_of(answer) == 200, answer
    assert told(upstream.seen[0])["xuser"] == ["tutorial-jwt"]
    assert upstream.seen[0].body == b"abc"
    assert not any("forged" in value for _, value in upstream.seen[0].headers)


def test_h7_expectations_are_answered_by_the_gateway_after_the_judgement(
    world: World, upstream: Recorder
) -> None:
    form = ("Content-Length: 3", "Expect: 100-continue")
    answer = request(world, "/jwt/x", *form, method="POST", body=b"abc")
    assert re.findall(rb"HTTP/1.1 (\d+)", answer)[-1] == b"401"
    assert not upstream.seen
    request(world, "/open/x", "Expect: 200-ok", *form[:1], method="POST", body=b"abc")
    assert not [seen for seen in upstream.seen if seen.all("Expect") == ["200-ok"]]


def test_h10_the_host_is_the_requests_own(world: World, upstream: Recorder) -> None:
    for host in ("GATE.test", "gate.test.", "gate.test:443", "gate.test:443@evil.test"):
        request(world, "/open/x", "X-Forwarded-Host: evil.test", "X-Host: evil.test", host=host)
        assert upstream.seen.pop().all("X-Forwarded-Host") == ["gate.test"]
    hosts = (
        "a b", "a/../b", "evil.test@gate.test", "gate.test\0", "a\\b",
        'a"b', "<a>", "a#b", "a?b", "a^b", "a`b", "a|b", "g\xe4te.test", "a..b", "a{b}",
    )  # fmt: skip
    for host in hosts:
        assert status_of(request(world, "/open/x", host=host)) == 400, host
        target = f"http://{host}/open/x"
        if not set(host) & set("/#? \0"):
            assert status_of(request(world, target.encode("latin-1"))) == 400, host
    assert not upstream.seen


RETOLD = (
    "X-Forwarded-For: 6.6.6.6", "X-Forwarded-Host: evil.test", "X-Forwarded-Proto: https",
    "X-Forwarded-Port: 1", "X-Forwarded-Path: /evil", "X-Forwarded-Prefix: /evil",
    "Forwarded: for=6.6.6.6", "X-Real-IP: 6.6.6.6", "X-Original-URL: /open/x",
    "X-Rewrite-URL: /open/x", "X-Original-URI: /open/x", "X-Forwarded-Client-Cert: Subject=root",
    "X-HTTP-Method-Override: OPTIONS", "X-Forwarded-Uri: /open/x", "X-Kong-Request-Id: mine",
)  # fmt: skip


def test_h11_h12_h13_h14_no_header_changes_which_policy_judges(
    world: World, upstream: Recorder
) -> None:
    agents = ("User-Agent: kube-probe/1.30", "User-Agent: GoogleHC/1.0", "User-Agent: Gatepost")
    for route in ("jwt", "asked"):
        for agent in agents:
            assert status_of(request(world, f"/{route}/x", *RETOLD, agent)) == 401
    assert not upstream.seen
    request(world, "/open/x", *RETOLD)
    seen = upstream.seen[0]
    assert seen.all("X-Forwarded-For") == seen.all("X-Real-IP") == ["127.0.0.1"]
    assert seen.all("X-Forwarded-Host") == ["gate.test"]
    assert seen.all("X-Forwarded-Proto") == ["http"]
    assert seen.all("X-Forwarded-Path") == ["/open/x"]
    for name in ("Forwarded", "X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Client-Cert"):
        assert seen.all(name) == [], name
    assert seen.all("X-Kong-Request-Id") != ["mine"]


@pytest.mark.parametrize(
    ("groups", "sent"),
    [
        (["a", "b"], "a, b"), (["a,b"], None), (["a\r\nX-Admin: 1"], None), (["a\0"], None),
        (["x" * 5000], None), (["é"], "UTF-8''%C3%A9"), ([""], None), (["a;b=c"], "a;b=c"),
        ([" a"], "UTF-8''%20a"), ({"a": "b\r\n"}, "eyJhIjoiYlxyXG4ifQ=="), ([], ""),
        ("a\nb", None), (True, "true"),
    ],
    ids=lambda value: ascii(value)[:20],
)  # fmt: skip
def test_h15_h16_a_claim_is_encoded_or_refused_and_never_cut_off(
    world: World, upstream: Recorder, groups: object, sent: str | None
) -> None:
    token = mint(world, claims={"groups": groups})
    for _ in range(2):
        answer = request(world, "/jwt/x", f"Authorization: Bearer {token}", "X-Groups: forged")
        if sent is None:
            assert status_of(answer) == 403
            assert not upstream.seen
        else:
            assert status_of(answer) == 200
            assert upstream.seen.pop().all("X-Groups") == ([sent] if sent else [])


def test_a_credential_is_hidden_from_the_upstream_unless_told_otherwise(
    world: World, upstream: Recorder
) -> None:
    token = world.token("tutorial-jwt")
    for target, lines in (
        (f"/jwt/x?a=1&access_token={token}&b=2", ()),
        (f"/jwt/x?access%5ftoken={token}", ()),
        ("/jwt/x", (f"X-Access-Token: {token}",)),
        ("/jwt/x", (f"Access-Token: Bearer {token}",)),
    ):
        for _ in range(2):
            assert status_of(request(world, target, *lines)) == 200
            seen = upstream.seen.pop()
            assert token not in seen.target
            carrying = [name for name, value in seen.headers if token in value]
            assert carrying == ["Authorization"], carrying
    request(world, f"/shown/x?access_token={token}")
    assert upstream.seen.pop().target == f"/x?access_token={token}"


def test_only_a_trusted_proxy_is_believed(upstream: Recorder) -> None:
    text = kong_yaml(upstream.port)
    with World.start(text, arguments=("--trusted-ips", "127.0.0.0/8")) as world:
        request(world, "/open/x", *RETOLD, *forged())
        seen = upstream.seen.pop()
        assert seen.all("X-Forwarded-For") == ["6.6.6.6, 127.0.0.1"]
        assert seen.all("X-Real-IP") == ["6.6.6.6"]
        assert seen.all("X-Forwarded-Host") == ["evil.test"]
        assert told(seen) == {}
        for name in ("X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Client-Cert"):
            assert seen.all(name) == [], name
        assert status_of(request(world, "/jwt/x", *RETOLD)) == 401
        assert not upstream.seen


def test_h17_grpc_calls_and_event_streams_are_judged_before_they_begin(
    world: World, upstream: Recorder
) -> None:
    pseudo = [
        (":method", "POST"), (":scheme", "https"), (":authority", "gate.test"), (":path", "/jwt/x"),
    ]  # fmt: skip
    call = [*pseudo, ("content-type", "application/grpc"), ("te", "trailers")]
    for more in ([], [("authorization", "Bearer x")], [("x-user", "forged")]):
        (answer,) = over_h2(world, [*call, *more])
        assert (answer.status, answer.headers["grpc-status"]) == (200, "16")
    events = ("Accept: text/event-stream", "Last-Event-ID: 5")
    assert status_of(request(world, "/jwt/x", *events)) == 401
    assert not upstream.seen


def test_h17_a_websocket_ends_with_its_token(world: World, upstream: Recorder) -> None:
    """The upstream accepts the upgrade; the gateway ends the tunnel when the token ends."""

    def accept(seen: Seen, connection: socket.socket) -> bool:
        if not seen.all("Upgrade"):
            return False
        connection.sendall(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
        )
        while connection.recv(1024):
            pass
        return True

    upstream.behave = accept
    try:
        token = mint(world, claims={"exp": int(time.time()) + 3})
        lines = ["GET /jwt/x HTTP/1.1", "Host: gate.test", "Connection: Upgrade",
                 "Upgrade: websocket", f"Authorization: Bearer {token}", "", ""]  # fmt: skip
        address = (world.proxy.host, world.proxy.port)
        with socket.create_connection(address, timeout=12) as wire:
            wire.sendall("\r\n".join(lines).encode())
            assert wire.recv(4096).startswith(b"HTTP/1.1 101")
            begun = time.monotonic()
            assert wire.recv(4096) == b""
            assert time.monotonic() - begun < 8
    finally:
        upstream.behave = None
