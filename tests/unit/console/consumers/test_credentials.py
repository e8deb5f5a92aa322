import pytest

from gatepost.console.consumers.credentials import credentials, shown
from gatepost.console.consumers.words import CREDENTIALS
from tests.unit.console.hands import press_icon, problem, until, write
from tests.unit.console.real import Plane, calls, token_of
from tests.unit.console.shown import press, view_of
from tests.unit.console.shown import shown as on_a_page

pytestmark = pytest.mark.anyio

KEYS, NAMES, GROUPS = CREDENTIALS
NASTY = "<script>alert(1)</script>\u202e\x1b[31m"


def test_a_hidden_key_is_told_by_its_id() -> None:
    assert shown(KEYS, {"id": "12345678-9", "key": "{masked}"}) == "hidden (12345678)"
    assert shown(GROUPS, {"id": "12345678-9", "group": "gold"}) == "gold"


async def test_a_key_that_is_made_is_shown_once_and_hidden_then(plane: Plane) -> None:
    path = f"/consumers/{plane.make('/consumers', username='keys')['id']}"
    async with calls(plane) as api:
        view = view_of(api)
        async with on_a_page(lambda: credentials(view, path, KEYS)) as user:
            await user.should_see("None yet.")
            press(user, "Add: API key")
            await user.should_see("Add it")
            press(user, "Add it")
            await user.should_see("The new API key")
            (made,) = plane.send("GET", f"{path}/key-auth", None, REVEAL).json()["data"]
            await user.should_see(made["key"])
            press(user, "I have copied it")
            await user.should_see(f"hidden ({made['id'][:8]})")
            await user.should_not_see(made["key"])
            press_icon(user, f"Delete hidden ({made['id'][:8]})")
            await user.should_see("Callers with this key get 401 from now on.")
            press(user, "Delete it")
            await until(lambda: plane.get(f"{path}/key-auth")["data"] == [])
            await user.should_not_see("Undo")


REVEAL = {"Gatepost-Secrets": "reveal"}


async def test_a_group_of_an_access_list_can_be_put_back(plane: Plane) -> None:
    path = f"/consumers/{plane.make('/consumers', username='lists')['id']}"
    made = plane.make(f"{path}/acls", group=NASTY, tags=["x"])
    async with calls(plane) as api:
        view = view_of(api)
        async with on_a_page(lambda: credentials(view, path, GROUPS)) as user:
            await user.should_see(NASTY)
            press_icon(user, f"Delete {NASTY}")
            await user.should_see("answer 403 from now on")
            press(user, "Delete it")
            await user.should_see("Undo")
            assert plane.get(f"{path}/acls")["data"] == []
            press(user, "Undo")
            await until(lambda: plane.get(f"{path}/acls")["data"])
            (back,) = plane.get(f"{path}/acls")["data"]
            assert (back["id"], back["group"], back["tags"]) == (made["id"], NASTY, ["x"])


async def test_what_is_wrong_is_said_in_the_words_of_the_admin_api(plane: Plane) -> None:
    path = f"/consumers/{plane.make('/consumers', username='pass')['id']}"
    plane.make(f"{path}/basic-auth", username="ann", password="x")
    async with calls(plane) as api:
        view = view_of(api)
        async with on_a_page(lambda: credentials(view, path, NAMES)) as user:
            await user.should_see("ann")
            press(user, "Add: name and password")
            await user.should_see("Add it")
            await write(user, "username", "ann")
            await write(user, "password", "secret-word")
            press(user, "Add it")
            await until(lambda: problem(user, "username") == "Another one has this already.")
            await write(user, "username", "bob")
            press(user, "Add it")
            await user.should_see("bob")
            await user.should_not_see("secret-word")


async def test_a_viewer_sees_and_cannot_change(plane: Plane) -> None:
    path = f"/consumers/{plane.make('/consumers', username='seen')['id']}"
    plane.make(f"{path}/acls", group="gold")
    async with calls(plane, token_of(plane, "viewer")) as api:
        view = view_of(api, role="viewer")
        async with on_a_page(lambda: credentials(view, path, GROUPS)) as user:
            await user.should_see("gold")
            await user.should_see("This takes the role operator; you have viewer.")
