import pytest

from gatepost.console.admin_api import Away, Gone
from gatepost.console.frame import failed, framed
from gatepost.console.page import Page
from gatepost.console.view import View
from tests.unit.console.shown import press, shown, view_of


async def build(view: View) -> None:
    """Never called: the frame stands around it."""


PAGES = (
    Page("/", "Overview", build, icon="home"),
    Page("/routes", "Routes", build, icon="route", group="Gateway"),
    Page("/routes/{route}", "Route", build, within="/routes"),
)


@pytest.mark.anyio
async def test_the_navigation_marks_where_one_is_and_leaves_out_what_has_no_icon() -> None:
    async with shown(lambda: framed(view_of(plane="7"), PAGES[2], PAGES)) as user:
        (routes,) = [one for one in user.find("Routes").elements if one.text == "Routes"]
        entry = routes.parent_slot.parent
        assert entry.props["href"] == "/routes?plane=7"
        assert entry.props["aria-current"] == "page"
        assert [one for one in user.find("Route").elements if one.text == "Route"] == []
        await user.should_see("Gateway")
        await user.should_see("Skip to the content")


@pytest.mark.anyio
async def test_trouble_is_said_above_the_page_until_it_is_over() -> None:
    view = view_of()
    async with shown(lambda: framed(view, PAGES[0], PAGES)) as user:
        await user.should_not_see("What you see may be old")
        view.trouble(Away("Nobody answers."))
        await user.should_see("Nobody answers. What you see may be old")
        view.trouble(None)
        await user.should_not_see("What you see may be old")


@pytest.mark.anyio
async def test_who_is_not_known_any_more_is_led_to_the_entrance_once() -> None:
    view = view_of()

    def draw() -> None:
        framed(view, PAGES[0], PAGES)
        view.expired()
        view.expired()

    async with shown(draw) as user:
        await user.should_see("You are signed out")
        assert len(user.find("You are signed out").elements) == 1
        press(user, "Sign in")


@pytest.mark.anyio
async def test_a_page_that_cannot_begin_says_why() -> None:
    async with shown(lambda: failed(view_of(), Away("Refused."))) as user:
        await user.should_see("The control plane does not answer")
        await user.should_see("Refused.")
    async with shown(lambda: failed(view_of(), Gone("No such route."))) as user:
        await user.should_see("There is no such thing")
        await user.should_see("No such route.")
