import pytest

from gatepost.console.policies.editor import Tab
from gatepost.console.policies.field_form import all_fields
from tests.unit.console.policies.forms import editing
from tests.unit.console.policies.schemas import UNKNOWN
from tests.unit.console.shown import User, ui

pytestmark = pytest.mark.anyio

TAB = Tab("All", all_fields)


def fields(user: User) -> list[str]:
    return sorted(
        str(one.props["data-field"])
        for one in user.find(kind=ui.element).elements
        if one.props.get("data-field")
    )


async def test_a_group_is_drawn_when_it_is_opened() -> None:
    async with editing(TAB, leeway=5) as (user, _, _):
        assert fields(user) == []
        (group,) = [
            one
            for one in user.find(kind=ui.expansion).elements
            if str(one.props.get("label", one.text)).startswith("Verification")
        ]
        assert "1 set" in str(group.props.get("label", group.text))
        group.set_value(True)
        assert "leeway" in fields(user)
        assert "issuer" not in fields(user)


async def test_a_search_draws_what_it_finds_and_no_more_than_some() -> None:
    async with editing(TAB) as (user, _, _):
        user.find("field-search").type("leeway")
        assert fields(user) == ["leeway"]
        user.find("field-search").clear().type("e")
        assert len(fields(user)) <= 50
        await user.should_see("The first 40 are shown.")
        user.find("field-search").clear().type("<script>")
        await user.should_see("No field is called or does '<script>'.")


async def test_only_what_differs_is_shown_when_that_is_wanted() -> None:
    async with editing(TAB, leeway=5, issuer="x", redis={"port": 7}) as (user, _, _):
        (only,) = [
            one
            for one in user.find(kind=ui.switch).elements
            if one.text == "Only what differs from its default"
        ]
        only.set_value(True)
        assert fields(user) == ["issuer", "leeway", "redis.port"]


async def test_what_does_nothing_yet_is_named_and_not_offered() -> None:
    async with editing(TAB) as (user, _, _):
        await user.should_see("fields of Kong's do nothing here yet")
        user.find("field-search").type("token_exchange")
        assert "token_exchange" not in fields(user)


async def test_a_small_plugin_has_all_fields_at_once() -> None:
    async with editing(TAB, schema=UNKNOWN) as (user, _, _):
        assert fields(user) == sorted(one.path for one in UNKNOWN.fields if one.at_work)
