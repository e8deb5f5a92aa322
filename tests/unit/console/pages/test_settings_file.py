import pytest

from gatepost.console.pages.settings_file import build, dump
from tests.unit.console.hands import until, write
from tests.unit.console.real import Plane, calls, token_of
from tests.unit.console.shown import opened, press, view_of

pytestmark = pytest.mark.anyio

FILE = '_format_version: "3.0"\nservices:\n- name: orders\n  url: http://127.0.0.1:9\n'


def services(plane: Plane) -> list[str]:
    return [one["name"] for one in plane.get("/services")["data"]]


async def test_what_would_change_is_seen_before_it_does(plane: Plane) -> None:
    async with calls(plane) as api, opened(build, view_of(api)) as user:
        press(user, "Show what would change")
        await write(user, "file", FILE)
        press(user, "Show what would change")
        await user.should_see("1 created")
        await user.should_see("orders")
        assert services(plane) == []
        press(user, "Apply")
        await user.should_see("Applied: 1 changes")
        assert services(plane) == ["orders"]
        assert "name: orders" in await dump(api)
        press(user, "Show what would change")
        await user.should_see("Nothing: the file says what is configured.")


async def test_what_is_deleted_is_asked_for_and_who_came_between_is_told(plane: Plane) -> None:
    plane.json("PUT", "/services/old", {"url": "http://127.0.0.1:9"})
    async with calls(plane) as api, opened(build, view_of(api)) as user:
        await write(user, "file", '_format_version: "3.0"')
        press(user, "Show what would change")
        await user.should_see("deleted")
        plane.json("PUT", "/services/newer", {"url": "http://127.0.0.1:9"})
        press(user, "Apply")
        await user.should_see("What is not in the file is deleted")
        press(user, "Apply it")
        await user.should_see("Somebody else changed the configuration meanwhile.")
        assert "newer" in services(plane)
        press(user, "Show what would change")
        await user.should_see("newer")
        press(user, "Apply")
        await user.should_see("What is not in the file is deleted")
        press(user, "Apply it")
        await until(lambda: services(plane) == [])


@pytest.mark.parametrize("text", ["services: [", "<script>", '_format_version: "3.0"\nfoo: 1'])
async def test_mistakes_of_a_file_are_listed(plane: Plane, text: str) -> None:
    async with calls(plane) as api, opened(build, view_of(api)) as user:
        await write(user, "file", text)
        press(user, "Show what would change")
        await user.should_see("Line ")


async def test_a_viewer_may_download_only(plane: Plane) -> None:
    async with (
        calls(plane, token_of(plane, "viewer")) as api,
        opened(build, view_of(api, role="viewer")) as user,
    ):
        await user.should_see("This takes the role operator; you have viewer.")
        press(user, "Download kong.yaml")
        got = await user.download.next(timeout=5.0)
        assert b"_format_version" in got.content
