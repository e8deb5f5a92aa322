"""Routing and forwarding through a real nginx: what the upstream receives, and Kong's answers."""

import re
from collections.abc import Iterator

import pytest

from tests.integration.engine_world import EngineWorld, changed
from tests.integration.recorder import Recorder

pytestmark = pytest.mark.integration

CONF = """
_format_version: "3.0"
services:
- name: api
  url: http://127.0.0.1:{port}/base
  routes:
  - {{name: api, paths: [/api]}}
  - {{name: kept, paths: [/kept], strip_path: false, preserve_host: true}}
  - {{name: secure, paths: [/secure], protocols: [https]}}
  - {{name: moved, paths: [/moved], protocols: [https], https_redirect_status_code: 301}}
  - {{name: open, paths: [/open]}}
  - {{name: slow, paths: ["~/(a+)+$"]}}
- name: root
  url: http://127.0.0.1:{port}
  routes:
  - {{name: admin, paths: [/admin], strip_path: false}}
  - {{name: public, paths: [/public], strip_path: false}}
- name: disabled
  url: http://127.0.0.1:{port}
  enabled: false
  routes:
  - {{name: disabled, paths: [/off]}}
routes:
- {{name: nowhere, paths: [/nowhere]}}
"""


@pytest.fixture(scope="module")
def upstream() -> Iterator[Recorder]:
    with Recorder() as recorder:
        yield recorder


@pytest.fixture(scope="module")
def world(upstream: Recorder) -> Iterator[EngineWorld]:
    with EngineWorld(CONF.format(port=upstream.port)) as world:
        yield world


@pytest.fixture(autouse=True)
def fresh(upstream: Recorder) -> None:
    upstream.seen.clear()


def test_the_upstream_is_told_the_path_the_host_and_who_asked(
    world: EngineWorld, upstream: Recorder
) -> None:
    assert world.get("/api/x%2fy?q=1", host="Gate.Test:99").status == 200
    seen = upstream.seen[0]
    assert seen.target == "/base/x%2Fy?q=1"
    port = str(world.port)
    wanted = {
        "Host": f"127.0.0.1:{upstream.port}",
        "X-Real-IP": "127.0.0.1",
        "X-Forwarded-For": "127.0.0.1",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Host": "gate.test",
        "X-Forwarded-Port": port,
        "X-Forwarded-Path": "/api/x%2fy",
        "X-Forwarded-Prefix": "/api",
    }
    assert {name: seen.all(name) for name in wanted} == {k: [v] for k, v in wanted.items()}
    assert re.fullmatch("[0-9a-f]{32}", seen.all("X-Kong-Request-Id")[0])


def test_a_preserved_host_is_the_clients_with_its_port(
    world: EngineWorld, upstream: Recorder
) -> None:
    world.get("/kept/a", host="gate.test:99")
    assert upstream.seen[0].all("Host") == ["gate.test:99"]
    assert upstream.seen[0].target == "/base/kept/a"


@pytest.mark.parametrize("host", ["gate.test:443@evil.test", "gate.test:x"])
def test_a_broken_port_is_not_passed_on(world: EngineWorld, upstream: Recorder, host: str) -> None:
    world.get("/kept", host=host)
    assert [seen.all("Host") for seen in upstream.seen] in ([], [["gate.test"]])


def test_what_no_route_wants_is_404(world: EngineWorld) -> None:
    answer = world.get("/nothing")
    assert (answer.status, answer.message) == (404, "no Route matched with those values")
    assert answer.json()["request_id"] == answer.header("X-Kong-Request-Id")
    assert (answer.header("Content-Type") or "").startswith("application/json")


def test_a_route_of_a_disabled_service_does_not_match(world: EngineWorld) -> None:
    assert world.get("/off").status == 404


def test_a_route_without_a_service_is_503(world: EngineWorld) -> None:
    answer = world.get("/nowhere")
    assert (answer.status, answer.message) == (503, "no Service found with those values")


def test_a_route_that_wants_tls_says_so(world: EngineWorld, upstream: Recorder) -> None:
    answer = world.get("/secure")
    assert (answer.status, answer.message) == (426, "Please use HTTPS protocol")
    assert answer.header("Upgrade") == "TLS/1.2, HTTP/1.1"
    moved = world.get("/moved/x?y=1")
    assert (moved.status, moved.header("Location")) == (301, "https://gate.test/moved/x?y=1")
    assert not upstream.seen
    assert world.get("/secure", tls="gate.test").status == 200
    assert upstream.seen[0].all("X-Forwarded-Proto") == ["https"]


def test_head_has_the_headers_of_an_error_and_no_body(world: EngineWorld) -> None:
    answer = world.ask("HEAD", "/nothing")
    assert (answer.status, answer.body) == (404, b"")


def test_a_regex_that_takes_too_long_refuses(world: EngineWorld, upstream: Recorder) -> None:
    answer = world.get("/" + "a" * 4000 + "!")
    assert answer.status in (404, 500)
    assert not upstream.seen


PATHS = [
    # P1, P2: dot segments and slashes
    ("/public/../admin", "/admin"),
    ("/public/%2e%2e/admin", "/admin"),
    ("/public/%2E%2e/admin", "/admin"),
    ("/public/.%2e/admin", "/admin"),
    ("//admin", "/admin"),
    ("/admin//x", "/admin/x"),
    ("/./admin", "/admin"),
    ("/public/./x", "/public/x"),
    # P3: encoded slashes stay what they are; beside dots they are refused
    ("/public%2fadmin", "/public%2Fadmin"),
    ("/public%2f..%2fadmin", None),
    ("/public/..%2fadmin", None),
    ("/public%5cadmin", None),
    ("/public\\admin", None),
    ("/public\\..\\admin", None),
    # P4: path parameters
    ("/public/..;/admin", None),
    ("/public/..;x=1/admin", None),
    ("/public/..%3b/admin", None),
    ("/admin;x=1", "/admin;x=1"),
    # P5: encodings
    ("/public/%252e%252e/admin", "/public/%252e%252e/admin"),
    ("/public/%c0%ae%c0%ae/admin", "/public/%C0%AE%C0%AE/admin"),
    ("/public/%u002e", None),
    ("/public/%zz", None),
    ("/public/%", None),
    # P6: fragments
    ("/admin#x", None),
    ("/public/x#/admin", None),
    ("/public/x%23", "/public/x%23"),
    # P7: queries
    ("/admin?", "/admin?"),
    ("/public?/../admin", "/public?/../admin"),
    ("/admin%3f", "/admin%3F"),
    ("/public?a#b", None),
    # P9: spellings
    ("/ADMIN", 404),
    ("/admin.", "/admin."),
    ("/admin%20", "/admin%20"),
    ("/admin%00", None),
    ("/admin%09", "/admin%09"),
    ("/%61dmin", "/admin"),
    ("/public/\xe9", "/public/%E9"),
    # above the root
    ("/../admin", None),
    ("/public/../../admin", None),
    # a prefix that ends inside a segment must not climb out of the service's path
    ("/api../x", None),
    ("/api..;/x", None),
    ("/api.", None),
    ("/api..%2fx", None),
    ("/apix/y", "/base/x/y"),
]


@pytest.mark.parametrize(("path", "sent"), PATHS)
def test_the_path_that_matched_is_the_path_that_is_sent(
    world: EngineWorld, upstream: Recorder, path: str, sent: str | int | None
) -> None:
    request = b"GET %s HTTP/1.1\r\nHost: gate.test\r\nConnection: close\r\n\r\n"
    answer = world.raw(request % path.encode("latin-1"))
    status = int(answer.split(b" ", 2)[1])
    if isinstance(sent, str):
        assert status == 200, answer
        assert [seen.target for seen in upstream.seen] == [sent]
    else:
        assert status == (sent or 400), answer
        assert not upstream.seen


@pytest.mark.parametrize(
    ("line", "host", "status", "told"),
    [
        # P8: one source for host and path, the target's
        (b"GET http://other.test/kept HTTP/1.1", b"gate.test", 200, "other.test"),
        (b"GET http://other.test:81/kept HTTP/1.1", b"gate.test", 200, "other.test"),
        (b"GET * HTTP/1.1", b"gate.test", 400, None),
        (b"OPTIONS * HTTP/1.1", b"gate.test", 400, None),
        (b"GET gate.test:80 HTTP/1.1", b"gate.test", 400, None),
        (b"CONNECT gate.test:80 HTTP/1.1", b"gate.test", 405, None),
        (b"TRACE /kept HTTP/1.1", b"gate.test", 405, None),
        (b"get /kept HTTP/1.1", b"gate.test", 400, None),
    ],
)
def test_other_forms_of_a_target(
    world: EngineWorld, upstream: Recorder, line: bytes, host: bytes, status: int, told: str | None
) -> None:
    answer = world.raw(line + b"\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n")
    assert int(answer.split(b" ", 2)[1]) in ({400, 405} if status != 200 else {200}), answer
    assert [seen.all("Host") for seen in upstream.seen] == ([[told]] if told else [])


HEAD = b"POST /open/x HTTP/1.1\r\nHost: gate.test\r\n"


@pytest.mark.parametrize(
    "request_",
    [
        HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /admin",
        HEAD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        HEAD + b"Content-Length: +5\r\n\r\nabcde",
        HEAD + b"Content-Length: 0x5\r\n\r\nabcde",
        HEAD + b"Content-Length: -1\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
        HEAD + b"X-A: b\0c\r\n\r\n",
        HEAD + b"X-A: b\r\n folded\r\n\r\n",
        HEAD + b"X A: b\r\n\r\n",
        HEAD + b"X-A : b\r\n\r\n",
        HEAD + b"Host: other.test\r\n\r\n",
        HEAD + b"Authorization: a\r\nAuthorization: b\r\n\r\n",
        b"GET /open HTTP/1.1\r\n\r\n",
        b"GET /open HTTP/1.1\r\nHost: a b\r\n\r\n",
        b"GET /open HTTP/1.1\r\nHost: a/../b\r\n\r\n",
        b"GET /open/\x00 HTTP/1.1\r\nHost: gate.test\r\n\r\n",
    ],
)
def test_smuggling_is_refused_and_no_second_request_arrives(
    world: EngineWorld, upstream: Recorder, request_: bytes
) -> None:
    answer = world.raw(request_ + b"GET /admin HTTP/1.1\r\nHost: gate.test\r\n\r\n", seconds=1)
    assert re.match(rb"HTTP/1.1 (400|501) ", answer), answer
    assert answer.count(b"HTTP/1.1 ") == 1
    assert not [seen for seen in upstream.seen if seen.target == "/admin"]


def test_hop_by_hop_headers_and_those_that_retell_the_request_are_not_passed_on(
    world: EngineWorld, upstream: Recorder
) -> None:
    sent = {
        "Connection": "close, X-Forwarded-For, X-Real-IP",
        "Keep-Alive": "timeout=5",
        "Proxy-Connection": "keep-alive",
        "TE": "trailers",
        "Trailer": "X-Consumer-ID",
        "Proxy": "http://evil.test",
        "Upgrade": "h2c",
        "HTTP2-Settings": "AAMAAABkAARAAAAAAAIAAAAA",
        "Forwarded": "for=6.6.6.6",
        "X-Original-URL": "/admin",
        "X-Rewrite-URL": "/admin",
        "X-Forwarded-For": "6.6.6.6",
        "X-Forwarded-Host": "evil.test",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Port": "1",
        "X-Forwarded-Path": "/evil",
        "X-Forwarded-Prefix": "/evil",
        "X-Forwarded-Client-Cert": "Subject=me",
        "X-Real-IP": "6.6.6.6",
        "X-Kong-Request-Id": "mine",
    }
    assert world.get("/open/x", headers=sent).status == 200
    seen = upstream.seen[0]
    for name in (
        "Keep-Alive",
        "Proxy-Connection",
        "TE",
        "Trailer",
        "Proxy",
        "Upgrade",
        "Forwarded",
    ):
        assert seen.all(name) == [], name
    for name in ("X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Client-Cert"):
        assert seen.all(name) == [], name
    assert seen.all("Connection") == []
    assert seen.all("X-Forwarded-For") == seen.all("X-Real-IP") == ["127.0.0.1"]
    assert seen.all("X-Forwarded-Host") == ["gate.test"]
    assert seen.all("X-Forwarded-Proto") == ["http"]
    assert seen.all("X-Forwarded-Path") == ["/open/x"]
    assert seen.all("X-Forwarded-Prefix") == ["/open"]
    assert seen.all("X-Kong-Request-Id") != ["mine"]


IDENTITY = [
    "X-Consumer-ID", "X-Consumer-Custom-ID", "X-Consumer-Username", "X-Credential-Identifier",
    "X-Anonymous-Consumer", "X-Consumer-Groups", "X-Authenticated-Groups",
]  # fmt: skip


def test_identity_headers_of_a_client_never_arrive_in_any_spelling(
    world: EngineWorld, upstream: Recorder
) -> None:
    lines = b""
    for name in IDENTITY:
        for spelled in (name, name.upper(), name.lower(), name.replace("-", "_")):
            lines += spelled.encode() + b": forged\r\n" + spelled.encode() + b": twice\r\n"
        lines += name.replace("-", ".").encode() + b": dotted\r\n"
    lines += b"Transfer-Encoding: chunked\r\nTrailer: X-Consumer-ID\r\nConnection: close\r\n"
    body = b"3\r\nabc\r\n0\r\nX-Consumer-ID: forged\r\n\r\n"
    assert world.raw(HEAD + lines + b"\r\n" + body).startswith(b"HTTP/1.1 200")
    told = [name.lower() for name, _ in upstream.seen[0].headers]
    assert not [name for name in told if "consumer" in name or "groups" in name]
    assert not [name for name in told if "credential" in name]


def test_headers_that_are_too_large_are_431(world: EngineWorld) -> None:
    answer = world.get("/open", headers={"X-Large": "a" * 20_000})
    assert answer.status == 431
    many = world.raw(
        b"GET /open HTTP/1.1\r\nHost: gate.test\r\n"
        + b"".join(b"X-%d: y\r\n" % n for n in range(20_000))
        + b"\r\n"
    )
    assert many == b"" or many.startswith((b"HTTP/1.1 400", b"HTTP/1.1 431"))


def test_the_engines_own_page_is_nobodys_path(world: EngineWorld, upstream: Recorder) -> None:
    assert world.get("/.gatepost-error").status == 404
    assert world.get("/%2egatepost-error").status == 404
    assert not upstream.seen


def test_a_token_in_a_query_is_in_no_log(upstream: Recorder) -> None:
    secret = "tok-3f9c1d"
    conf = CONF.format(port=1)  # nobody listens there
    with EngineWorld(conf) as world:
        for path in ("/open", "/nothing", "/public/..;/x", "/nowhere"):
            world.get(f"{path}?access_token={secret}", headers={"X-Large": "a" * 9000})
        world.get(f"/open?access_token={secret}", headers={"X-Large": "a" * 40_000})
        world.raw(b"GET /open?access_token=%s HTTP/1.1\r\nBad\r\n\r\n" % secret.encode(), seconds=1)
        world.ask("POST", f"/open?access_token={secret}", body=b"x" * 200_000)
        world.wait(lambda: "service api" in world.log())
        world.stop()
        assert secret not in world.log()
        assert "502 on route open to service api: upstream 127.0.0.1:1" in world.log()


def test_only_a_trusted_proxy_is_believed(upstream: Recorder) -> None:
    conf = CONF.format(port=upstream.port)
    sent = {
        "X-Forwarded-For": "6.6.6.6, 203.0.113.9, 127.0.0.3",
        "X-Forwarded-Host": "shop.test",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Port": "8443",
        "X-Forwarded-Prefix": "/shop",
        "Forwarded": "for=203.0.113.9",
    }
    with EngineWorld(conf, settings=changed(trusted=("127.0.0.0/8",))) as world:
        assert world.get("/secure", headers=sent).status == 200
        seen = upstream.seen[0]
        assert seen.all("X-Real-IP") == ["203.0.113.9"]
        assert seen.all("X-Forwarded-For") == ["6.6.6.6, 203.0.113.9, 127.0.0.3, 127.0.0.1"]
        assert seen.all("X-Forwarded-Host") == ["shop.test"]
        assert seen.all("X-Forwarded-Proto") == ["https"]
        assert seen.all("X-Forwarded-Port") == ["8443"]
        assert seen.all("X-Forwarded-Prefix") == ["/shop"]
        assert world.get("/secure").status == 426
    upstream.seen.clear()
    with EngineWorld(conf, settings=changed(trusted=("10.0.0.0/8",))) as world:
        assert world.get("/secure", headers=sent).status == 426
        world.get("/open", headers=sent)
        assert upstream.seen[0].all("X-Forwarded-For") == ["127.0.0.1"]
        assert upstream.seen[0].all("X-Forwarded-Host") == ["gate.test"]
        assert upstream.seen[0].all("Forwarded") == []
