import asyncio
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest
import websockets

from gatepost.echo import Running, running

pytestmark = pytest.mark.anyio


@pytest.fixture
async def upstream() -> AsyncIterator[Running]:
    async with running(name="blue") as up:
        yield up


@pytest.fixture
async def http(upstream: Running) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(upstream.url) as session:
        yield session


async def test_get_shows_the_request(http: aiohttp.ClientSession) -> None:
    async with http.get("/get?a=1", headers={"Issuer_Header": "x"}) as answer:
        shown = await answer.json()
        assert (answer.status, answer.headers["Echo-Name"]) == (200, "blue")
    assert shown["method"] == "GET"
    assert shown["path"] == "/get?a=1"
    assert shown["args"] == {"a": "1"}
    assert shown["headers"]["Issuer_Header"] == "x"
    assert ["Issuer_Header", "x"] in shown["headers_list"]
    assert shown["origin"] == "127.0.0.1"
    assert shown["name"] == "blue"


async def test_get_refuses_other_methods_and_longer_paths(http: aiohttp.ClientSession) -> None:
    async with http.post("/get") as answer:
        assert answer.status == 405
    async with http.get("/get/more") as answer:
        assert answer.status == 400


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_anything_takes_any_method_and_path(http: aiohttp.ClientSession, method: str) -> None:
    async with http.request(method, "/anything/below", data="hello") as answer:
        shown = await answer.json()
    assert (shown["method"], shown["data"]) == (method, "hello")


async def test_head_has_headers_and_no_body(http: aiohttp.ClientSession) -> None:
    async with http.head("/get") as answer:
        assert answer.status == 200
        assert int(answer.headers["Content-Length"]) > 0
        assert await answer.read() == b""


async def test_the_request_line_is_shown_undecoded(upstream: Running) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", upstream.port)
    writer.write(
        b"GET http://other/anything/..;/%2e%2e//x?%41 HTTP/1.1\r\n"
        b"Host: h\r\nx_Y: 1\r\nConnection: close\r\n\r\n"
    )
    answer = (await reader.read()).decode()
    writer.close()
    assert '"path": "/anything/..;/%2e%2e//x?%41"' in answer
    assert '"target": "http://other/anything/..;/%2e%2e//x?%41"' in answer
    assert '"x_Y": "1"' in answer


async def test_an_encoded_slash_does_not_find_an_endpoint(upstream: Running) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", upstream.port)
    writer.write(b"GET /status%2f200 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    assert b"404" in (await reader.read()).split(b"\r\n")[0]
    writer.close()


async def test_headers_shows_only_the_headers(http: aiohttp.ClientSession) -> None:
    async with http.get("/headers") as answer:
        assert set(await answer.json()) == {"headers", "headers_list", "name"}


@pytest.mark.parametrize("status", [200, 204, 302, 304, 404, 429, 503])
async def test_status_answers_the_status_asked_for(
    http: aiohttp.ClientSession, status: int
) -> None:
    async with http.get(f"/status/{status}", allow_redirects=False) as answer:
        assert answer.status == status
        assert ("Location" in answer.headers) == (status == 302)


@pytest.mark.parametrize(
    "path", ["/status/100", "/status/600", "/status/x", "/stream/-1", "/sse/x", "/bytes/9e9"]
)
async def test_a_number_out_of_range_is_refused(http: aiohttp.ClientSession, path: str) -> None:
    async with http.get(path) as answer:
        assert answer.status == 400
        assert path.split("/")[1] in (await answer.json())["error"]


async def test_an_unknown_path_lists_the_endpoints(http: aiohttp.ClientSession) -> None:
    async with http.get("/nothing") as answer:
        assert answer.status == 404
        assert "/anything" in (await answer.json())["error"]


async def test_delay_waits(http: aiohttp.ClientSession) -> None:
    before = time.monotonic()
    async with http.get("/delay/0.2") as answer:
        assert answer.status == 200
    assert time.monotonic() - before >= 0.2
    for wrong in ("-1", "nan", "inf", "x"):
        async with http.get(f"/delay/{wrong}") as answer:
            assert answer.status == 400


async def test_stream_sends_each_line_as_it_comes(http: aiohttp.ClientSession) -> None:
    async with http.get("/stream/3?interval=0.1") as answer:
        started = time.monotonic()
        lines = [(await answer.content.readline(), time.monotonic() - started) for _ in range(3)]
    assert [line for line, _ in lines] == [b'{"id":%d,"name":"blue"}\n' % n for n in range(3)]
    assert lines[2][1] - lines[0][1] >= 0.15


async def test_sse_sends_events(http: aiohttp.ClientSession) -> None:
    async with http.get("/sse/2") as answer:
        assert answer.content_type == "text/event-stream"
        assert (await answer.text()).count("\n\n") == 2


async def test_bytes_sends_as_many_as_asked(http: aiohttp.ClientSession) -> None:
    async with http.get("/bytes/200000") as answer:
        assert answer.content_length == 200_000
        assert len(await answer.read()) == 200_000


async def test_pipe_sends_the_body_back_while_it_arrives(upstream: Running) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", upstream.port)
    writer.write(
        b"POST /pipe HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n"
    )
    await asyncio.wait_for(reader.readuntil(b"one"), 5)  # before the body has ended
    writer.write(b"3\r\ntwo\r\n0\r\n\r\n")
    await asyncio.wait_for(reader.readuntil(b"two"), 5)
    writer.close()


async def test_a_websocket_shows_its_handshake_and_then_echoes(upstream: Running) -> None:
    url = upstream.url.replace("http", "ws") + "/ws"
    async with websockets.connect(url, additional_headers={"X-Seen": "yes"}) as socket:
        assert '"x-seen":"yes"' in str(await socket.recv())
        await socket.send("text")
        assert await socket.recv() == "text"
        await socket.send(b"\x00\xff")
        assert await socket.recv() == b"\x00\xff"


async def test_a_websocket_elsewhere_is_refused(upstream: Running) -> None:
    with pytest.raises(websockets.InvalidStatus):
        await websockets.connect(upstream.url.replace("http", "ws") + "/get")


async def test_a_person_gets_a_page_and_a_program_gets_json(http: aiohttp.ClientSession) -> None:
    async with http.get("/", headers={"Accept": "text/html,*/*"}) as answer:
        assert answer.content_type == "text/html"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "What blue sees" in await answer.text()
    async with http.get("/?a=1") as answer:
        assert (await answer.json())["args"] == {"a": "1"}
