import asyncio
from pathlib import Path

import pytest

from gatepost.outside import OneRequest, send_one
from gatepost.values import By, Fault, Headers
from tests.unit.outside.provider import Provider, running
from tests.unit.outside.test_calls import certificate, ok

pytestmark = pytest.mark.anyio


def request(server: Provider, **more: object) -> OneRequest:
    url = f"http://127.0.0.1:{server.port}/a%2Fb?c=%20"
    return OneRequest("GET", url, "api.example", **more)  # type: ignore[arg-type]


async def fault_of(order: OneRequest, seconds: float = 5.0) -> Fault:
    with pytest.raises(Fault) as raised:
        await send_one(order, seconds=seconds, limit=100)
    assert raised.value.by is By.UPSTREAM
    return raised.value


async def test_it_is_sent_as_it_was_written_and_nothing_is_added() -> None:
    async with running(answer=ok(b"hi", "Set-Cookie: a=b", "X-A: 1", "X-A: 2")) as server:
        headers = Headers([("X-A", "1"), ("x-a", "2")])
        found = await send_one(request(server, headers=headers), seconds=5, limit=100)
    assert (found.status, found.body, found.truncated) == (200, b"hi", False)
    assert [value for name, value in found.headers if name == "X-A"] == ["1", "2"]
    assert 0 < found.seconds < 5
    lines = server.requests[0].split(b"\r\n")
    assert lines[0] == b"GET /a%2Fb?c=%20 HTTP/1.1"
    assert sorted(line for line in lines[1:] if line) == [
        b"Connection: close",
        b"Host: api.example",
        b"X-A: 1",
        b"X-A: 2",
    ]


async def test_a_redirect_is_an_answer() -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"
    async with running(answer=moved) as server:
        found = await send_one(request(server), seconds=5, limit=100)
    assert (found.status, dict(found.headers)["Location"]) == (302, "http://127.0.0.1:9/")
    assert len(server.requests) == 1


async def test_a_long_body_is_cut_and_a_packed_one_stays_packed() -> None:
    async with running(answer=ok(b"x" * 5000, "Content-Encoding: gzip")) as server:
        found = await send_one(request(server), seconds=5, limit=100)
    assert (len(found.body), found.truncated) == (100, True)


async def test_what_goes_wrong_is_the_gateways_fault() -> None:
    async with running(answer=None) as server:
        assert (await fault_of(request(server), 0.1)).code == "gateway.timeout"
    async with running(answer=ok(b"x" * 90), drip=True) as server:
        assert (await fault_of(request(server), 0.3)).code == "gateway.timeout"
    async with running(answer=b"SSH-2.0-OpenSSH\r\n\r\n", close_after=True) as server:
        assert (await fault_of(request(server))).code == "gateway.malformed"
    assert (await fault_of(request(server))).code == "gateway.unreachable"
    bad = OneRequest("GET", f"http://127.0.0.1:{server.port}/", "h", Headers([("a", "b\r\nc: d")]))
    assert (await fault_of(bad)).code == "gateway.unreachable"
    await asyncio.sleep(0.01)


async def test_a_certificate_must_be_good_for_the_host_unless_nobody_cares(tmp_path: Path) -> None:
    async with running(certificate(tmp_path), answer=ok(b"hi")) as server:
        url = f"https://127.0.0.1:{server.port}/"
        order = OneRequest("GET", url, "api.example:8443")
        assert (await fault_of(order)).code == "gateway.tls"
        lax = OneRequest("GET", url, "api.example:8443", verify=False)
        assert (await send_one(lax, seconds=5, limit=100)).status == 200
    await asyncio.sleep(0.01)
