from typing import Any

import pytest

from gatepost.console.guard import Door, Guard, elsewhere, refusal
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


def test_a_browser_that_came_through_a_proxy_is_not_on_this_machine() -> None:
    assert elsewhere([], ("127.0.0.1", 1)) is None
    assert elsewhere([], ("10.0.0.7", 1)) == "10.0.0.7"
    assert elsewhere([(b"x-forwarded-for", b"10.0.0.7")], ("127.0.0.1", 1)) == "unknown"
    assert elsewhere([], None) == "0.0.0.0"


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
