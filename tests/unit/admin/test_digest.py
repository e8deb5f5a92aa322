import pytest

from gatepost.admin.digest import EMPTY
from tests.admin_desk import Desk

pytestmark = pytest.mark.anyio


async def digest(desk: Desk) -> str:
    text: str = (await desk.get("/status?content_hash=true"))["content_hash"]
    return text


async def test_equal_configurations_have_equal_digests(desk: Desk) -> None:
    assert await digest(desk) == EMPTY
    made = await desk.make("/services", name="s", host="a.test")
    first = await digest(desk)
    assert len(first) == 32
    assert first != EMPTY
    await desk.ask("PATCH", "/services/s", {"retries": 9})
    assert await digest(desk) != first
    await desk.ask("DELETE", "/services/s")
    assert await digest(desk) == EMPTY
    del made["created_at"], made["updated_at"]
    said = await desk.ask("POST", "/services", {**made, "created_at": 7})
    assert said.status == 201
    assert await digest(desk) == first
