"""Open pages belong to the browser they were made for: over a real console."""

import json
import re
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest

from tests.console_world import Console, console
from tests.integration.admin_world import Admin, control_plane

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
FIRST = "0123456789abcdef-first"
BEARER = {"Authorization": f"Bearer {FIRST}"}


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[Console, Admin]]:
    with (
        control_plane(ADMIN_CLOSED="on", ADMIN_TOKEN=FIRST) as admin,
        console(f"http://127.0.0.1:{admin.port}") as one,
    ):
        yield one, admin


class Socket:
    """A WebSocket to the console, as its pages open one, or not quite so."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self._ws = ws

    async def emit(self, name: str, data: Any) -> None:
        await self._ws.send_str(f"42{json.dumps([name, data])}")

    async def hears(self, seconds: float = 1.0) -> str:
        """Return all that comes for so long."""
        heard = ""
        try:
            while True:
                message = await self._ws.receive(timeout=seconds)
                if message.type != aiohttp.WSMsgType.TEXT:
                    return heard
                heard += message.data + "\n"
        except TimeoutError:
            return heard


async def opened(one: Console, session: aiohttp.ClientSession, cookie: str, **query: str) -> Socket:
    more = "".join(f"&{name}={value}" for name, value in query.items())
    url = f"{one.url}/_nicegui_ws/socket.io/?EIO=4&transport=websocket{more}"
    headers = {"Origin": one.url, "Cookie": cookie}
    made = Socket(await session.ws_connect(url, headers=headers))
    await made._ws.send_str("40")
    return made


def page_of(one: Console, cookie: str, path: str = "/") -> tuple[str, str]:
    """Open a page and nothing more; return its id and its text."""
    status, _, text = one.ask(path, headers={"Cookie": cookie})
    assert status == 200
    found = re.search(r"'client_id': '([0-9a-f-]{36})'", text)
    assert found, text
    return found[1], text


def who(ident: str) -> dict[str, str]:
    return {
        "client_id": ident,
        "tab_id": "t",
        "document_id": "d",
        "next_message_id": "0",
        "implicit_handshake": "true",
    }


async def test_a_page_is_spoken_for_by_the_browser_it_was_made_for(
    world: tuple[Console, Admin],
) -> None:
    one, admin = world
    cookie = one.enter(FIRST)
    token = admin.json("POST", "/tokens", {"name": "v", "role": "viewer"}, **BEARER).json()
    other = one.enter(token["token"])
    ident, _ = page_of(one, cookie)
    async with aiohttp.ClientSession() as session:
        for stranger in ("", other, "gatepost_console=x"):
            heard = await (await opened(one, session, stranger, **who(ident))).hears(0.5)
            assert "Implicit handshake failed" in heard
            late = await opened(one, session, stranger)
            await late.emit("handshake", who(ident))
            assert "update" not in await late.hears(0.5)
        own = await (await opened(one, session, cookie, **who(ident))).hears(1.0)
        assert "Implicit handshake failed" not in own
        assert '42["' in own  # what the page shows comes here


async def test_who_knows_the_id_of_an_open_page_can_press_none_of_its_buttons(
    world: tuple[Console, Admin],
) -> None:
    one, _ = world
    cookie = one.enter(FIRST)
    ident, text = page_of(one, cookie)
    # the button that shows the keys, and what listens to a click on it
    found = re.search(
        r'"(\d+)":\{"tag":"q-btn"[^{}]*"props":\{[^{}]*"gp-keys"[^{}]*\}'
        r',"events":\[\{"listener_id":"([0-9a-f-]{36})"',
        text,
    )
    assert found
    click = {"id": int(found[1]), "client_id": ident, "listener_id": found[2], "args": []}
    async with aiohttp.ClientSession() as session:
        own = await opened(one, session, cookie, **who(ident))
        await own.hears(1.0)
        strange = await opened(one, session, "")
        await strange.emit("event", click)
        assert '"model-value":true' not in await own.hears(1.0)
        await own.emit("event", click)
        assert '"model-value":true' in (await own.hears(1.0)).replace(" ", "")


async def test_what_is_no_message_of_a_page_is_not_listened_to(
    world: tuple[Console, Admin],
) -> None:
    one, _ = world
    async with aiohttp.ClientSession() as session:
        for name in ("handshake", "event", "javascript_response", "ack", "log"):
            for data in (None, [], "x", {}, {"client_id": []}, {"client_id": "x", "id": "y"}):
                socket = await opened(one, session, "")
                await socket.emit(name, data)
        assert one.ask("/enter")[0] == 200  # the console says nothing of it, or its end fails


def test_files_come_from_the_page_that_asks_for_them(world: tuple[Console, Admin]) -> None:
    one, _ = world
    cookie = one.enter(FIRST)
    ident, _ = page_of(one, cookie)
    path = f"/_nicegui/client/{ident}/upload/1"
    status, _, text = one.ask(path, "POST", "x")
    assert status == 404
    assert "There is no such page" in text
    status, _, text = one.ask(path, "POST", "x", {"Cookie": cookie})
    assert "There is no such page (any more)" not in text


async def test_pages_that_nobody_opens_are_forgotten(world: tuple[Console, Admin]) -> None:
    one, _ = world
    cookie = one.enter(FIRST)
    first, _ = page_of(one, cookie)
    for _ in range(105):
        last, _ = page_of(one, cookie, "/revocations")
    async with aiohttp.ClientSession() as session:
        heard = await (await opened(one, session, cookie, **who(first))).hears(0.3)
        assert "Implicit handshake failed" in heard
        heard = await (await opened(one, session, cookie, **who(last))).hears(0.3)
        assert "Implicit handshake failed" not in heard
