import logging
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from gatepost import __version__
from gatepost.admin.serving import Answering, said
from gatepost.store.database import UnknownPlane
from gatepost.values import By, Fault
from tests.admin_desk import Desk

pytestmark = pytest.mark.anyio


async def test_every_answer_says_who_gave_it(desk: Desk) -> None:
    for path, status in (("/services", 200), ("/nothing", 404)):
        answered = await desk.ask("GET", path)
        assert answered.status == status
        assert answered.headers["server"] == f"gatepost/{__version__}"
        assert int(answered.headers["x-kong-admin-latency"]) >= 0
        assert "access-control-allow-origin" not in answered.headers


async def test_methods_that_a_path_does_not_know_are_refused(desk: Desk) -> None:
    refused = await desk.ask("DELETE", "/services")
    assert (refused.status, refused.json()) == (405, {"message": "Method not allowed"})
    assert refused.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    options = await desk.ask("OPTIONS", "/services/x")
    assert options.status == 204
    assert options.headers["allow"] == "GET, HEAD, OPTIONS, PUT, PATCH, DELETE"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UnknownPlane("x"), 404),
        (Fault("admin.token", "who", by=By.CLIENT), 401),
        (Fault("admin.duplicate", "two", by=By.CLIENT), 400),
        (Fault("admin.forbidden", "no", by=By.CLIENT), 403),
        (Fault("database.away", "away", by=By.OURS, retry_after=3), 503),
        (Fault("database.odd", "odd", by=By.OURS), 500),
        (ZeroDivisionError("a secret"), 500),
    ],
)
async def test_whatever_is_raised_is_answered(
    error: Exception, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answered = said(error)
    assert answered.status_code == status
    if status == 500:
        assert bytes(answered.body) == b'{"message":"An unexpected error occurred"}'
        assert "a secret" not in caplog.text
    if status == 503:
        assert answered.headers["retry-after"] == "3"


async def test_an_error_after_the_answer_began_is_not_answered_twice() -> None:
    async def breaks(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ZeroDivisionError

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {}

    with pytest.raises(ZeroDivisionError):
        await Answering(breaks)({"type": "http"}, receive, send)
    await Answering(breaks)({"type": "websocket"}, receive, send)
    assert [message["type"] for message in sent] == ["http.response.start"]
