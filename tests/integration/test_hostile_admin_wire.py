"""Requests to the Admin API that two readers could read differently, or that come from a browser
or a proxy; and files that want to become large.
"""

import http.client
import itertools
import json
import socket
import time
from collections.abc import Iterator

import pytest

from tests.integration.admin_world import Admin, control_plane

pytestmark = pytest.mark.integration

HIDDEN = (
    b"POST /services HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b'Content-Length: 18\r\n\r\n{"host":"h.hidden"}'
)
FRAMING = {
    "both lengths": b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
    "both lengths, turned round": b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
    "two lengths": b"Content-Length: 2\r\nContent-Length: 3\r\n",
    "a list of lengths": b"Content-Length: 2, 2\r\n",
    "a sign": b"Content-Length: +2\r\n",
    "hexadecimal": b"Content-Length: 0x2\r\n",
    "a folded line": b"X: a\r\n b\r\nContent-Length: 2\r\n",
    "a folded length": b"Content-Length:\r\n 2\r\n",
    "another coding last": b"Transfer-Encoding: chunked, identity\r\n",
    "an unknown coding": b"Transfer-Encoding: xchunked\r\n",
    "a space before the colon": b"Transfer-Encoding : chunked\r\n",
    "a vertical tab": b"Transfer-Encoding: \x0bchunked\r\n",
    "two codings": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
    "no name": b": x\r\nContent-Length: 2\r\n",
    "NUL": b"X: a\0b\r\nContent-Length: 2\r\n",
    "a bare CR": b"X: a\rContent-Length: 2\r\n",
}
WHO = {
    "another name": ("evil.example", {}),
    "a name with an address in it": ("127.0.0.1.evil.example", {}),
    "a dot at the end": ("localhost.", {}),
    "a number": ("2130706433", {}),
    "a short address": ("127.1", {}),
    "any address": ("0.0.0.0", {}),
    "two in one": ("127.0.0.1, evil.example", {}),
    "a user": ("localhost@evil.example", {}),
    "a page of nobody": ("", {"Origin": "null"}),
    "another page": ("", {"Origin": "https://evil.example"}),
    "a page of another port": ("", {"Origin": "http://127.0.0.1:1"}),
    "an empty origin": ("", {"Origin": ""}),
    "a neighbour": ("", {"Sec-Fetch-Site": "same-site"}),
    "another site": ("", {"Sec-Fetch-Site": "cross-site"}),
}


@pytest.fixture(scope="module")
def admin() -> Iterator[Admin]:
    with control_plane() as running:
        yield running


def sent(admin: Admin, data: bytes) -> bytes:
    """Return all that comes until the other side hangs up, or says no more for a second."""
    with socket.create_connection(("127.0.0.1", admin.port), timeout=1) as peer:
        peer.sendall(data)
        got = b""
        try:
            while piece := peer.recv(65536):
                got += piece
        except TimeoutError:
            return got + b"(open)"
        except ConnectionError:
            pass
    return got


@pytest.mark.parametrize("what", FRAMING)
def test_framing_with_two_readings_is_refused_and_what_hides_in_it_is_not_read(
    admin: Admin, what: str
) -> None:
    head = b"POST /services HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    got = sent(admin, head + FRAMING[what] + b"\r\n{}\r\n0\r\n\r\n" + HIDDEN)
    assert got.startswith(b"HTTP/1.1 400 "), got[:200]
    assert not got.endswith(b"(open)")
    assert got.count(b"HTTP/1.1 ") == 1
    assert admin.get("/services")["data"] == []


def test_each_of_several_requests_on_one_connection_is_judged_by_itself(admin: Admin) -> None:
    good = b"GET /auth/me HTTP/1.1\r\nHost: localhost\r\n\r\n"
    evil = b"DELETE /services/x HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
    parts = sent(admin, good + good + evil).split(b"HTTP/1.1 ")[1:]
    assert [part[:3] for part in parts] == [b"200", b"200", b"403"]
    twice = b"GET /auth/me HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n"
    assert sent(admin, twice).startswith(b"HTTP/1.1 403 ")


@pytest.mark.parametrize("what", WHO)
def test_who_is_no_program_on_this_machine_is_refused(admin: Admin, what: str) -> None:
    host, headers = WHO[what]
    headers = {"Host": host or f"127.0.0.1:{admin.port}", **headers}
    for method, path in (("GET", "/services"), ("POST", "/services"), ("OPTIONS", "/services")):
        reply = admin.send(method, path, None, headers)
        assert reply.status == 403
        assert not [name for name in reply.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    "name", ["X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via"]
)
def test_what_a_proxy_passes_on_needs_a_token(admin: Admin, name: str) -> None:
    assert admin.send("GET", "/services", None, {name: "198.51.100.7"}).status == 401
    token = admin.make("/tokens", name="t", role="viewer")["token"]
    shown = {name: "198.51.100.7", "Authorization": f"Bearer {token}"}
    assert admin.send("GET", "/services", None, shown).status == 200


def test_a_method_is_what_it_is(admin: Admin) -> None:
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        reply = admin.send("GET", "/services/none", None, {name: "PUT"})
        assert reply.status == 404
    assert admin.send("POST", "/services/none?_method=DELETE").status == 405


def test_what_is_packed_is_not_unpacked(admin: Admin) -> None:
    sent_as = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    assert admin.send("POST", "/services", b"\x1f\x8b" + b"\0" * 100, sent_as).status == 400


PAIRS = tuple(itertools.pairwise("abcdefghi"))
FILES = {
    "aliases of aliases": "a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in PAIRS),
    "merged merges": "a: &a {x: 1}\n"
    + "".join(f"{b}: &{b} {{<<: [{','.join([f'*{a}'] * 9)}]}}\n" for a, b in PAIRS),
    "an object of Python": "!!python/object/apply:os.system ['id']",
    "depth": "[" * 100_000,
    "depth by lines": "\n".join(" " * n + "a:" for n in range(3000)),
    "itself": "services: &a [*a]",
    "a long number": "_format_version: 0x" + "f" * 1_000_000,
    "many documents": "---\n" * 100_000,
    "a long key": "? " + "k" * 5_000_000 + "\n: 1",
}  # fmt: skip


@pytest.mark.parametrize("what", FILES)
def test_a_file_that_wants_to_become_large_is_refused_in_time(admin: Admin, what: str) -> None:
    for path in ("/declarative/plan", "/declarative/apply"):
        began = time.monotonic()
        reply = admin.send("POST", path, FILES[what].encode(), {"Content-Type": "application/yaml"})
        assert (reply.status, reply.json()["code"]) == (400, 14)
        assert time.monotonic() - began < 10  # one that is taken whole needs half a minute and more
        assert len(reply.body) < len(FILES[what]) + 10_000


def test_a_viewer_cannot_hold_up_others_with_an_entity_of_a_million_values(admin: Admin) -> None:
    token = admin.make("/tokens", name="v", role="viewer")["token"]
    shown = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    for data in ({"paths": [""] * 2_000_000}, {f"f{n}": 1 for n in range(600_000)}):
        began = time.monotonic()
        body = json.dumps(data).encode()
        reply = admin.send("POST", "/schemas/routes/validate", body, shown)
        assert reply.status == 400
        assert time.monotonic() - began < 10  # one that is taken whole needs half a minute and more


def test_a_body_that_does_not_come_does_not_keep_others_waiting(admin: Admin) -> None:
    waiting = []
    for _ in range(50):
        peer = http.client.HTTPConnection("127.0.0.1", admin.port, timeout=5)
        peer.putrequest("POST", "/services")
        peer.putheader("Content-Type", "application/json")
        peer.putheader("Content-Length", "1000")
        peer.endheaders(b"{")
        waiting.append(peer)
    began = time.monotonic()
    assert admin.send("GET", "/services").status == 200
    assert admin.json("POST", "/consumers", {"username": "u"}).status == 201
    assert time.monotonic() - began < 1
    for peer in waiting:
        peer.close()
