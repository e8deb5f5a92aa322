import time

import aiohttp
import pytest

from gatepost.idp.wire import SENDERS
from tests.unit.idp.calling import GATEWAY, Client

pytestmark = pytest.mark.anyio


async def spoil(idp: Client, **order: object) -> None:
    status, answer = await idp.manage(
        "POST", "/dev/misbehave", json={"endpoint": "introspect", **order}
    )
    assert status == 200, answer


async def test_a_slow_answer_tells_what_was_true_when_it_was_asked(idp: Client) -> None:
    _, given = await idp.token()
    await spoil(idp, fault="slow", seconds=0.3)
    started = time.monotonic()
    _, answer = await idp.introspect(given["access_token"])
    assert time.monotonic() - started >= 0.3
    assert answer["active"] is True


async def test_a_dripping_answer_comes_byte_by_byte(idp: Client) -> None:
    await spoil(idp, fault="drip", seconds=0.01)
    started = time.monotonic()
    assert (await idp.introspect("x"))[1] == {"active": False}
    assert time.monotonic() - started >= 0.01 * len('{"active":false}')


async def test_a_reset_is_an_error_of_the_connection(idp: Client) -> None:
    await spoil(idp, fault="reset")
    with pytest.raises((aiohttp.ClientOSError, aiohttp.ServerDisconnectedError)):
        await idp.introspect("x")
    assert (await idp.introspect("x"))[0] == 200


async def test_a_cut_answer_ends_in_the_middle(idp: Client) -> None:
    await spoil(idp, fault="cut")
    with pytest.raises(aiohttp.ClientPayloadError):
        await idp.introspect("x")


async def test_a_huge_answer_is_as_long_as_ordered(idp: Client) -> None:
    await spoil(idp, fault="huge", bytes=1_000_000)
    url = idp.issuer + "/v1/introspect"
    async with idp.http.post(url, data={"token": "x"}, headers=GATEWAY.header) as answer:
        assert answer.content_length is None
        body = await answer.read()
    assert len(body) > 900_000
    assert body.endswith(b'{"active":false}')


async def test_an_endless_answer_ends_when_the_caller_hangs_up(idp: Client) -> None:
    await spoil(idp, fault="endless")
    url = idp.issuer + "/v1/introspect"
    async with idp.http.post(url, data={"token": "x"}, headers=GATEWAY.header) as answer:
        assert len(await answer.content.readexactly(300_000)) == 300_000
        answer.close()
    assert (await idp.introspect("x"))[0] == 200


def test_every_sender_is_tested_here() -> None:
    assert set(SENDERS) == {"slow", "drip", "reset", "cut", "huge", "endless"}
