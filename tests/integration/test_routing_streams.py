"""WebSocket, HTTP/2, gRPC and streaming both ways through a real nginx."""
# ruff: noqa: SIM117 - the world stands around its clients

import asyncio
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from concurrent import futures
from pathlib import Path
from typing import Any

import grpc
import h2.config
import h2.connection
import h2.events
import pytest
import websockets.asyncio.client
import websockets.asyncio.server

from tests.integration.authority import Authority
from tests.integration.engine_world import EngineWorld
from tests.integration.recorder import Recorder, Seen

pytestmark = pytest.mark.integration


def conf(*services: dict[str, Any], **more: Any) -> str:
    return json.dumps({"_format_version": "3.0", "services": list(services), **more})


def service(
    name: str, port: int, route: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    routes = [{"name": name, "paths": [f"/{name}"], **(route or {})}]
    return {"name": name, "host": "127.0.0.1", "port": port, "routes": routes, **more}


@pytest.mark.anyio
@pytest.mark.parametrize("tls", [False, True])
async def test_a_websocket_speaks_both_ways(tls: bool) -> None:
    seen: dict[str, str] = {}

    async def echo(connection: websockets.asyncio.server.ServerConnection) -> None:
        assert connection.request is not None
        seen.update(connection.request.headers.raw_items())
        async for message in connection:
            await connection.send(f"heard {message!r}")

    async with websockets.asyncio.server.serve(echo, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with EngineWorld(conf(service("ws", port))) as world:
            context = ssl.create_default_context() if tls else None
            if context is not None:
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            url = f"wss://127.0.0.1:{world.tls_port}" if tls else f"ws://127.0.0.1:{world.port}"
            async with websockets.asyncio.client.connect(
                url + "/ws/x",
                ssl=context,
                proxy=None,
                additional_headers={"X-Consumer-ID": "forged", "X-Mine": "1"},
            ) as client:
                for word in ("one", "two"):
                    await client.send(word)
                    assert await client.recv() == f"heard {word!r}"
    assert "X-Consumer-ID" not in seen
    assert seen["X-Mine"] == "1"


def test_only_websocket_may_upgrade() -> None:
    with Recorder() as up, EngineWorld(conf(service("s", up.port))) as world:
        world.get("/s", headers={"Connection": "Upgrade", "Upgrade": "h2c"})
        world.get("/s", headers={"Connection": "Upgrade", "Upgrade": "WebSocket"})
        assert [seen.all("Upgrade") for seen in up.seen] == [[], ["websocket"]]


def test_events_arrive_one_by_one_with_buffering_off() -> None:
    step = threading.Semaphore(0)

    def behave(seen: Seen, connection: socket.socket) -> bool:
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        for n in range(3):
            data = b"data: %d\n\n" % n
            connection.sendall(b"%x\r\n%s\r\n" % (len(data), data))
            assert step.acquire(timeout=10)
        connection.sendall(b"0\r\n\r\n")
        return True

    with Recorder(behave=behave) as up:
        text = conf(
            service("buffered", up.port), service("s", up.port, {"response_buffering": False})
        )
        with EngineWorld(text) as world:
            for path in (b"/s", b"/buffered"):
                with socket.create_connection(("127.0.0.1", world.port), timeout=10) as client:
                    client.sendall(b"GET %s HTTP/1.1\r\nHost: gate.test\r\n\r\n" % path)
                    received = b""
                    for n in range(3):
                        while b"data: %d" % n not in received:
                            received += client.recv(65536)
                        step.release()


def test_a_body_streams_to_the_upstream_with_request_buffering_off() -> None:
    with socket.create_server(("127.0.0.1", 0)) as upstream:
        port = upstream.getsockname()[1]
        text = conf(service("s", port, {"request_buffering": False}))
        with EngineWorld(text) as world:
            with socket.create_connection(("127.0.0.1", world.port), timeout=10) as client:
                client.sendall(
                    b"POST /s HTTP/1.1\r\nHost: gate.test\r\nTransfer-Encoding: chunked\r\n\r\n"
                    b"3\r\none\r\n"
                )
                upstream.settimeout(10)
                connection, _ = upstream.accept()
                connection.settimeout(10)
                with connection:
                    received = b""
                    while b"one" not in received:
                        received += connection.recv(65536)
                    client.sendall(b"3\r\ntwo\r\n")
                    while b"two" not in received:
                        received += connection.recv(65536)
                    client.sendall(b"0\r\n\r\n")
                    while not received.endswith(b"0\r\n\r\n"):
                        received += connection.recv(65536)
                    connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
                    assert client.recv(100).startswith(b"HTTP/1.1 204")


def h2_get(world: EngineWorld, *requests: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """Send requests as they are over one HTTP/2 connection with TLS; return what came back."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    raw = socket.create_connection(("127.0.0.1", world.tls_port), timeout=5)
    found: dict[int, dict[str, Any]] = {}
    ended = 0
    with context.wrap_socket(raw, server_hostname="gate.test") as sock:
        assert sock.selected_alpn_protocol() == "h2"
        settings = h2.config.H2Configuration(
            validate_outbound_headers=False, normalize_outbound_headers=False
        )
        connection = h2.connection.H2Connection(settings)
        connection.initiate_connection()
        for number, headers in enumerate(requests):
            connection.send_headers(2 * number + 1, headers, end_stream=True)
            found[2 * number + 1] = {"body": b""}
        sock.sendall(connection.data_to_send())
        while ended < len(requests):
            data = sock.recv(65536)
            if not data:
                break
            for event in connection.receive_data(data):
                if isinstance(event, h2.events.ResponseReceived):
                    fields = {k.decode(): v.decode() for k, v in event.headers or []}
                    found[event.stream_id or 0]["headers"] = fields
                elif isinstance(event, h2.events.DataReceived):
                    found[event.stream_id or 0]["body"] += event.data
                elif isinstance(event, h2.events.StreamEnded | h2.events.StreamReset):
                    ended += 1
                elif isinstance(event, h2.events.ConnectionTerminated):
                    ended = len(requests)
            sock.sendall(connection.data_to_send())
    return list(found.values())


def pseudo(path: str = "/s/x", authority: str = "gate.test", method: str = "GET") -> list[Any]:
    return [
        (":method", method), (":scheme", "https"), (":authority", authority), (":path", path),
    ]  # fmt: skip


def test_http2_requests_are_forwarded_many_at_a_time() -> None:
    with Recorder() as up, EngineWorld(conf(service("s", up.port))) as world:
        answers = h2_get(world, *(pseudo(f"/s/{n}?q={n}") for n in range(20)))
        assert [a["headers"][":status"] for a in answers] == ["200"] * 20
        assert sorted(seen.target for seen in up.seen) == sorted(f"/{n}?q={n}" for n in range(20))
        assert up.seen[0].all("X-Forwarded-Proto") == ["https"]
        assert up.seen[0].all("X-Forwarded-Host") == ["gate.test"]


@pytest.mark.parametrize(
    "headers",
    [
        pseudo("/s/ x"),
        pseudo("/s\r\nx"),
        pseudo("/s#x"),
        pseudo("https://other.test/s"),
        pseudo("*"),
        pseudo(""),
        [*pseudo(), (":path", "/other")],
        [*pseudo(), (":method", "POST")],
        [*pseudo(), ("host", "other.test")],
        [*pseudo(), ("X-Upper", "1")],
        pseudo(method="get"),
        [(":method", "CONNECT"), (":authority", "gate.test:80")],
        [*pseudo(method="CONNECT"), (":protocol", "websocket")],
        [*pseudo(), ("x-a", "b\r\nx-consumer-id: forged")],
        [*pseudo(), ("x-a", "b\0c")],
        [*pseudo(), ("authorization", "a"), ("authorization", "b")],
    ],
)
def test_broken_http2_requests_reach_no_upstream(headers: list[tuple[str, str]]) -> None:
    with Recorder() as up, EngineWorld(conf(service("s", up.port))) as world:
        answers = h2_get(world, headers)
        assert not up.seen, up.seen
        status = answers[0].get("headers", {}).get(":status", "none")
        assert status in {"400", "405", "none"}, answers


def test_pseudo_headers_after_others_still_mean_one_request() -> None:
    with Recorder() as up, EngineWorld(conf(service("s", up.port))) as world:
        h2_get(world, [("x-first", "1"), *pseudo()])  # nginx takes them; RFC 9113 would not
        assert [seen.line for seen in up.seen] == ["GET /x HTTP/1.1"]


def test_identity_headers_over_http2_never_arrive() -> None:
    with Recorder() as up, EngineWorld(conf(service("s", up.port))) as world:
        forged = [(name, "forged") for name in ("x-consumer-id", "x_consumer_id", "x.consumer.id")]
        h2_get(world, [*pseudo(), *forged, forged[0]])
        assert not [name for name, _ in up.seen[0].headers if "onsumer" in name]


class Greeter(grpc.GenericRpcHandler):
    """Answers every method: unary ones with their bytes, streams item by item."""

    def __init__(self) -> None:
        self.metadata: list[dict[str, str]] = []

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler | None:
        self.metadata.append({key: str(value) for key, value in details.invocation_metadata})
        if details.method.endswith("/Fail"):
            return grpc.unary_unary_rpc_method_handler(self._fail)
        if details.method.endswith("/Chat"):
            return grpc.stream_stream_rpc_method_handler(self._chat)
        return grpc.unary_unary_rpc_method_handler(self._unary)

    def _unary(self, request: bytes, context: grpc.ServicerContext) -> bytes:
        context.set_trailing_metadata((("x-trailer", "kept"),))
        return b"hello " + request

    def _fail(self, request: bytes, context: grpc.ServicerContext) -> bytes:
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, "not today")
        raise AssertionError

    def _chat(self, requests: Iterator[bytes], _: grpc.ServicerContext) -> Iterator[bytes]:
        for request in requests:
            yield b"heard " + request


@pytest.fixture
def greeter() -> Iterator[tuple[Greeter, grpc.Server]]:
    greeter = Greeter()
    server = grpc.server(futures.ThreadPoolExecutor(8))
    server.add_generic_rpc_handlers((greeter,))
    yield greeter, server
    server.stop(None).wait()


def grpc_conf(port: int, **fields: Any) -> str:
    return conf(
        {
            "name": "grpc",
            "protocol": "grpc",
            "host": "127.0.0.1",
            "port": port,
            "routes": [{"name": "g", "protocols": ["grpc", "grpcs"], "paths": ["/demo.Greeter/"]}],
            **fields,
        }
    )


def exchange(channel: grpc.Channel) -> None:
    hello = channel.unary_unary("/demo.Greeter/Hello")
    reply, call = hello.with_call(b"you", timeout=10, metadata=(("x-consumer-id", "forged"),))
    assert reply == b"hello you"
    assert ("x-trailer", "kept") in [(key, value) for key, value in call.trailing_metadata()]
    assert list(channel.stream_stream("/demo.Greeter/Chat")(iter([b"a", b"b"]), timeout=10)) == [
        b"heard a",
        b"heard b",
    ]
    with pytest.raises(grpc.RpcError) as failed:
        channel.unary_unary("/demo.Greeter/Fail")(b"", timeout=10)
    assert failed.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    with pytest.raises(grpc.RpcError) as missing:
        channel.unary_unary("/other.Service/Hello")(b"", timeout=10)
    assert missing.value.code() is grpc.StatusCode.UNIMPLEMENTED
    assert missing.value.details() == "no Route matched with those values"


def test_grpc_calls_streams_trailers_and_failures(greeter: tuple[Greeter, grpc.Server]) -> None:
    handler, server = greeter
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with EngineWorld(grpc_conf(port)) as world:
        with grpc.insecure_channel(f"127.0.0.1:{world.h2_port}") as channel:
            exchange(channel)
        certificate = (world.root / "default.crt").read_bytes()
        credentials = grpc.ssl_channel_credentials(certificate)
        options = (("grpc.ssl_target_name_override", "localhost"),)
        with grpc.secure_channel(f"127.0.0.1:{world.tls_port}", credentials, options) as channel:
            exchange(channel)
    assert not [one for one in handler.metadata if "x-consumer-id" in one]


def test_grpc_streams_before_the_client_has_finished(greeter: tuple[Greeter, grpc.Server]) -> None:
    _, server = greeter
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    heard = threading.Semaphore(0)

    def words() -> Iterator[bytes]:
        for word in (b"one", b"two"):
            yield word
            assert heard.acquire(timeout=10)

    with EngineWorld(grpc_conf(port)) as world:
        with grpc.insecure_channel(f"127.0.0.1:{world.h2_port}") as channel:
            answers = channel.stream_stream("/demo.Greeter/Chat")(words(), timeout=20)
            for wanted in (b"heard one", b"heard two"):
                assert next(answers) == wanted
                heard.release()


def test_grpc_over_tls_to_the_upstream(
    greeter: tuple[Greeter, grpc.Server], tmp_path: Path
) -> None:
    _, server = greeter
    certificate, key = Authority(tmp_path).pair("localhost")
    pair = [(key.encode(), certificate.encode())]
    port = server.add_secure_port("localhost:0", grpc.ssl_server_credentials(pair))
    server.start()
    text = grpc_conf(port, protocol="grpcs", host="localhost")
    with EngineWorld(text, names={"localhost": ["127.0.0.1"]}) as world:
        with grpc.insecure_channel(f"127.0.0.1:{world.h2_port}") as channel:
            assert channel.unary_unary("/demo.Greeter/Hello")(b"x", timeout=10) == b"hello x"


def test_an_upstream_that_is_away_is_unavailable_in_grpc() -> None:
    with EngineWorld(grpc_conf(1)) as world:
        with grpc.insecure_channel(f"127.0.0.1:{world.h2_port}") as channel:
            with pytest.raises(grpc.RpcError) as failed:
                channel.unary_unary("/demo.Greeter/Hello")(b"x", timeout=10)
            assert failed.value.code() is grpc.StatusCode.UNAVAILABLE


def test_what_is_not_grpc_is_told_so_on_a_grpc_route() -> None:
    with EngineWorld(grpc_conf(1)) as world:
        plain = world.ask("POST", "/demo.Greeter/Hello", body=b"x")
        assert (plain.status, plain.message) == (415, "Non-gRPC request matched gRPC route")


@pytest.mark.anyio
async def test_many_websockets_and_requests_share_the_workers() -> None:
    async def echo(connection: websockets.asyncio.server.ServerConnection) -> None:
        async for message in connection:
            await connection.send(message)

    async with websockets.asyncio.server.serve(echo, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with EngineWorld(conf(service("ws", port)), workers=2) as world:

            async def talk(n: int) -> str:
                url = f"ws://127.0.0.1:{world.port}/ws"
                async with websockets.asyncio.client.connect(url, proxy=None) as client:
                    await client.send(str(n))
                    return str(await client.recv())

            assert await asyncio.gather(*map(talk, range(50))) == [str(n) for n in range(50)]
