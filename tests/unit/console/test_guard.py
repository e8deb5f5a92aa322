import asyncio
from typing import Any

import pytest

from gatepost.console import guard
from gatepost.console.guard import Door, Guard, elsewhere, refusal, unbounded
from gatepost.values import Address

LOCAL = Door(Address("127.0.0.1", 8002))


def scope(kind: str = "http", **headers: str) -> dict[str, Any]:
    named = {"host": "127.0.0.1:8002", **headers}
    fields = [(n.replace("_", "-").encode(), v.encode()) for n, v in named.items()]
    return {"type": kind, "path": "/", "headers": fields}


@pytest.mark.parametrize("host", ["127.0.0.1:8002", "localhost:8002", "[::1]:8002", "LOCALHOST"])
def test_the_consoles_own_names_are_served(host: str) -> None:
    assert refusal(scope(host=host), LOCAL) is None


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8002", "127.0.0.1.evil.example", "", ":8002", "8002", "a b"],
)
def test_a_name_that_was_rebound_to_this_machine_is_refused(host: str) -> None:
    assert "Host" in (refusal(scope(host=host), LOCAL) or "")


def test_a_name_that_the_operator_gave_is_served() -> None:
    door = Door(Address("0.0.0.0", 8002), frozenset({"console.example"}))
    assert refusal(scope(host="console.example"), door) is None
    assert refusal(scope(host="other.example"), door) is not None


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:9999", "https://"]
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_pages_of_other_origins_are_refused(kind: str, origin: str) -> None:
    assert "origin" in (refusal(scope(kind, origin=origin), LOCAL) or "")


def test_a_websocket_without_an_origin_is_no_page_of_ours() -> None:
    assert refusal(scope("websocket"), LOCAL) is not None
    assert refusal(scope("websocket", origin="http://127.0.0.1:8002"), LOCAL) is None


def came(peer: str | None, *, version: str = "1.1", secure: bool = False, **headers: str) -> Any:
    """Return where a request with these headers comes from."""
    client = None if peer is None else (peer, 1)
    made = {**scope(**headers), "client": client, "http_version": version}
    return elsewhere(made, secure=secure)


def test_a_browser_is_here_when_nothing_says_otherwise() -> None:
    assert came("127.0.0.1") is None
    assert came("::1", host="[::1]:8002") is None
    assert came("127.0.0.1", host="localhost:8002") is None
    assert came("10.0.0.7") == "10.0.0.7"
    assert came("::ffff:10.0.0.7") == "::ffff:10.0.0.7"
    assert came(None) == "0.0.0.0"


@pytest.mark.parametrize(
    "name",
    ["forwarded", "via", "x_real_ip", "x_client_ip", "x_forwarded_for", "x_forwarded_proto",
     "x_forwarded_host", "x_forwarded_prefix"],
)  # fmt: skip
def test_a_browser_that_came_through_a_proxy_is_not_on_this_machine(name: str) -> None:
    assert came("127.0.0.1", **{name: ""}) == "unknown"
    assert came("10.0.0.7", **{name: "127.0.0.1"}) == "10.0.0.7"


@pytest.mark.parametrize("host", ["console.example", "evil.example:8002", "10.0.0.1", ""])
def test_who_names_the_console_as_other_machines_do_is_not_on_this_machine(host: str) -> None:
    """Be it a proxy that says nothing of those it serves, or a page that rebound its name."""
    assert came("127.0.0.1", host=host) == "unknown"


def test_a_silent_proxy_is_known_by_its_version_or_by_what_the_operator_said() -> None:
    assert came("127.0.0.1", version="1.0") == "unknown"
    assert came("127.0.0.1", secure=True) == "unknown"


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/enter", 65_536, None),
        ("/enter", 65_537, 413),
        ("/_nicegui_ws/socket.io/", 1_100_001, 413),
        ("/_nicegui/client/x/upload/1", 4 * 1_048_576, None),
        ("/_nicegui/client/x/upload/1", 4 * 1_048_576 + 1, 413),
    ],
)
def test_bodies_have_an_end(path: str, size: int, status: int | None) -> None:
    asked = {**scope(content_length=str(size)), "path": path}
    assert (unbounded(asked) or (None,))[0] == status


@pytest.mark.anyio
@pytest.mark.parametrize("ends", [True, False])
async def test_a_body_that_does_not_come_is_not_waited_for(
    ends: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "PATIENCE", 0.05)
    came_: list[Any] = [{"type": "http.request", "body": b"token=", "more_body": True}]

    async def receive() -> Any:
        if came_:
            return came_.pop(0)
        if not ends:
            await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    async def app(*_: Any) -> None:
        raise AssertionError("it was reached")

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    asked = {**scope(content_length="100"), "path": "/enter"}
    await Guard(app, LOCAL)(asked, receive, send)
    assert sent[0]["status"] == 408


@pytest.mark.anyio
async def test_a_body_comes_to_who_waits_for_it_once_and_whole() -> None:
    pieces: list[Any] = [
        {"type": "http.request", "body": b"token=", "more_body": True},
        {"type": "http.request", "body": b"x"},
        {"type": "http.disconnect"},
    ]
    heard: list[Any] = []

    async def receive() -> Any:
        return pieces.pop(0)

    async def app(_: Any, receive_: Any, __: Any) -> None:
        heard.extend([await receive_(), await receive_()])

    async def send(_: Any) -> None:
        raise AssertionError("nothing was said")

    await Guard(app, LOCAL)({**scope(), "path": "/enter"}, receive, send)
    assert [one.get("body") for one in heard] == [b"token=x", None]


def test_a_body_of_unknown_length_is_not_begun() -> None:
    assert (unbounded(scope(transfer_encoding="chunked")) or (0,))[0] == 411


async def answered(
    kind: bytes, *pieces: bytes, secure: bool = False
) -> tuple[dict[bytes, bytes], bytes]:
    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        headers = [(b"content-type", kind), (b"content-length", b"%d" % len(b"".join(pieces)))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for index, piece in enumerate(pieces):
            more = index < len(pieces) - 1
            await send({"type": "http.response.body", "body": piece, "more_body": more})

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    await Guard(app, Door(Address("127.0.0.1", 8002), secure=secure))(scope(), receive, send)
    body = b"".join(one.get("body", b"") for one in sent[1:])
    return dict(sent[0]["headers"]), body


@pytest.mark.anyio
async def test_only_scripts_with_the_word_of_this_answer_run() -> None:
    headers, body = await answered(b"text/html", b"<scr", b'ipt src="/a.js"></script>')
    policy = headers[b"content-security-policy"].decode()
    word = policy.partition("'nonce-")[2].partition("'")[0]
    assert len(word) >= 20
    assert body == f'<script nonce="{word}" src="/a.js"></script>'.encode()
    assert headers[b"content-length"] == b"%d" % len(body)
    assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    other, _ = await answered(b"text/html", b"x")
    assert other[b"content-security-policy"].decode() != policy


@pytest.mark.anyio
async def test_what_is_no_page_is_passed_on_as_it_is() -> None:
    headers, body = await answered(b"text/javascript", b"<script>")
    assert body == b"<script>"
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert b"content-security-policy" not in headers
    assert b"strict-transport-security" not in headers
    secure, _ = await answered(b"text/html", b"", secure=True)
    assert b"strict-transport-security" in secure


@pytest.mark.anyio
@pytest.mark.parametrize("kind", ["http", "websocket"])
async def test_who_is_refused_never_reaches_the_application(kind: str) -> None:
    async def app(*_: Any) -> None:
        raise AssertionError("it was reached")

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    await Guard(app, LOCAL)(scope(kind, host="evil.example"), receive, send)
    assert sent[0].get("status") == 403 or sent[0]["type"] == "websocket.close"
