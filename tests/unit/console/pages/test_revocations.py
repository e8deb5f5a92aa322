from typing import Any

import msgspec
import pytest

from gatepost.console.pages.revocations import build, latest, send
from tests.unit.console.hands import field, until, write
from tests.unit.console.real import Plane, calls
from tests.unit.console.shown import admin_api, opened, press, view_of

pytestmark = pytest.mark.anyio


async def test_a_subject_is_revoked_and_stands_in_the_log(plane: Plane) -> None:
    async with calls(plane) as api:
        view = view_of(api, target="subject", value="<b>ann</b>", issuer="https://id.example")
        async with opened(build, view) as user:
            await user.should_see("Nothing is revoked")
            assert field(user, "value").value == "<b>ann</b>"
            await write(user, "why", "left")
            press(user, "Revoke")
            await user.should_see("Applied by 0 of 0 connected nodes.")
            await user.should_see("<b>ann</b>")
            await user.should_see("left")
        (entry,) = plane.get("/revocations")["data"]
        assert entry["parts"] == ["https://id.example", "<b>ann</b>"]


async def test_what_is_wrong_is_said_and_nothing_is_lost(plane: Plane) -> None:
    async with calls(plane) as api, opened(build, view_of(api)) as user:
        press(user, "Revoke")
        await user.should_see("subject must be a text of 1 to 1024 characters.")
        await write(user, "value", "x" * 1025)
        press(user, "Revoke")
        await user.should_see("subject must be a text of 1 to 1024 characters.")
        assert field(user, "value").value == "x" * 1025


@pytest.mark.parametrize(
    ("values", "sent"),
    [
        ({"target": "token", "value": "abc", "for": 1}, {"token": "abc", "for": 1}),
        ({"target": "issuer", "value": "https://a"}, {"issuer": "https://a"}),
        ({"target": "issuer", "issuer": "https://a"}, {"issuer": "https://a"}),
        ({"target": "client", "value": "c", "issuer": "i"}, {"client": "c", "issuer": "i"}),
    ],
)
async def test_the_form_becomes_one_target(values: dict[str, Any], sent: dict[str, Any]) -> None:
    async with admin_api() as (api, answers):
        answers.say("/revocations", {}, 201)
        await send(api, values)
        assert msgspec.json.decode(answers.bodies[0]) == sent


async def test_nodes_that_did_not_apply_it_are_named() -> None:
    async with admin_api() as (api, answers):
        nodes = {"connected": 2, "applied": 1, "missing": ["n-2"]}
        told = {"nodes": nodes, "elsewhere": [], "reach": "1 of 2 connected nodes", "last": 0}
        answers.say("/revocations", {**told, "data": []})
        async with opened(build, view_of(api, target="token", value="t")) as user:
            press(user, "Revoke")
            await user.should_see("Applied by 1 of 2 connected nodes.")
            await user.should_see("Not yet by: n-2")


async def test_the_end_of_a_long_log_is_shown() -> None:
    async with admin_api() as (api, answers):
        answers.say("/revocations", {"data": [{"number": 1}, {"number": 2}], "last": 1250})
        got = await latest(api)
        assert [one["number"] for one in got["data"]] == [2, 1]
        assert got["before"] == 1150
        assert answers.asked[1].query["after"] == "1150"


async def test_a_viewer_cannot_revoke() -> None:
    async with admin_api() as (api, answers):
        answers.say("/revocations", {"data": [], "last": 0})
        async with opened(build, view_of(api, role="viewer")) as user:
            await user.should_see("This takes the role operator; you have viewer.")
            await until(lambda: len(answers.asked) == 2)
