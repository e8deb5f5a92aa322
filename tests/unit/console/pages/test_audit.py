import pytest

from gatepost.console.pages.audit import build, said
from tests.unit.console.hands import press_icon, until, write
from tests.unit.console.real import Plane, calls, token_of
from tests.unit.console.shown import admin_api, opened, press, view_of

pytestmark = pytest.mark.anyio

NASTY = "<script>alert(1)</script>"


async def test_who_did_what_is_listed_filtered_and_opened(plane: Plane) -> None:
    one = plane.make("/consumers", username=NASTY)
    plane.json("PATCH", f"/consumers/{one['id']}", {"custom_id": "c-2"})
    bob = token_of(plane, "operator")
    auth = {"Authorization": f"Bearer {bob}"}
    made = plane.json("POST", "/consumer_groups", {"name": "gold"}, **auth)
    assert made.status == 201
    async with calls(plane) as api, opened(build, view_of(api)) as user:
        await user.should_see(NASTY)
        await user.should_see("gold")
        press_icon(user, f"Open: update consumers {NASTY}")
        await user.should_see("custom_id")
        await user.should_see("c-2")
        press(user, "Close")
        await write(user, "who", "a operator")
        press(user, "Filter")
        await user.should_not_see(NASTY)
        await user.should_see("gold")
        await write(user, "kind", "services")
        press(user, "Filter")
        await user.should_see("Nothing that fits was changed")


async def test_that_a_secret_changed_is_said_without_it(plane: Plane) -> None:
    one = plane.make("/consumers", username="keys")
    key = plane.make(f"/consumers/{one['id']}/key-auth", key="first-secret-key")
    plane.json("PATCH", f"/key-auths/{key['id']}", {"key": "second-secret-key"})
    async with calls(plane) as api:
        view = view_of(api, kind="keyauth_credentials", entity=key["id"])
        async with opened(build, view) as user:
            await user.should_see("update")
            press_icon(user, "Open: update keyauth_credentials ")
            await user.should_see("A secret changed.")
            await user.should_not_see("second-secret-key")


async def test_a_viewer_is_told_that_it_takes_an_operator() -> None:
    async with admin_api() as (api, answers), opened(build, view_of(api, role="viewer")) as user:
        await user.should_see("those who have the role operator; you have viewer.")
        assert answers.asked == []


async def test_the_address_chooses_and_a_refusal_is_said() -> None:
    async with admin_api() as (api, answers):
        answers.say("/audit", {"message": "You need the role operator"}, 403)
        async with opened(build, view_of(api, entity="e1", other="x")) as user:
            await user.should_see("You need the role operator")
        await until(lambda: dict(answers.asked[0].query) == {"entity": "e1", "size": "100"})


def test_kinds_are_said_in_words() -> None:
    assert said("keyauth_credentials") == "key-auth credentials"
    assert said("plugins") == "policies"
