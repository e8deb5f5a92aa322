from typing import Any

import pytest

from gatepost.admin.caller import Caller, Role
from tests.admin_desk import Desk

pytestmark = pytest.mark.anyio


async def told(desk: Desk, url: str, **more: Any) -> dict[str, Any]:
    said = await desk.ask("POST", "/explain", {"request": {"url": url, **more}})
    assert said.status == 200, said.body
    found: dict[str, Any] = said.json()
    return found


async def test_the_current_configuration_is_what_counts(desk: Desk) -> None:
    assert (await told(desk, "http://h/a"))["status"] == 404
    await desk.make("/services", name="api", url="http://up.example/base")
    await desk.make("/services/api/routes", name="a", paths=["/a"])
    story = await told(desk, "http://h/a/b?secret=hush-hush-hush")
    assert (story["outcome"], story["upstream"]["url"]) == (
        "forward",
        "http://up.example:80/base/b",
    )
    assert "hush-hush-hush" not in str(story)


async def test_a_challenge_is_told_without_a_call(desk: Desk) -> None:
    await desk.make("/services", name="api", url="http://up.example")
    await desk.make("/services/api/routes", name="a", paths=["/a"])
    config = {"issuer": "https://id.example", "auth_methods": ["bearer"]}
    await desk.make("/routes/a/plugins", name="openid-connect", config=config)
    story = await told(desk, "http://h/a")
    assert (story["status"], story["plan"]["plugins"]) == (401, ["openid-connect (priority 1050)"])


async def test_it_takes_an_operator(desk: Desk) -> None:
    desk.caller = Caller("v", Role.VIEWER, "token")
    said = await desk.ask("POST", "/explain", {"request": {"url": "http://h/"}})
    assert said.status == 403


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"request": 7},
        {"request": {"url": "http://h/"}, "what_if": {"claims": 7}},
        {"request": {"url": "http://h/"}, "what_if": {"colour": 7}},
        {"request": {"url": "http://h/"}, "what_if": {"plugins": [7]}},
        {"request": {"url": "http://h/", "headers": {"a": "b"}}},
    ],
)
async def test_a_body_of_another_form_is_400(desk: Desk, body: Any) -> None:
    said = await desk.ask("POST", "/explain", body)
    assert said.status == 400
    assert said.json()["message"]
