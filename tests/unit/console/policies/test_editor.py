import json

import pytest

from gatepost.console.policies.editor import Editor, Tab
from gatepost.console.policies.field_inputs import draw
from tests.unit.console.hands import until
from tests.unit.console.policies.forms import editing
from tests.unit.console.shown import User, press, ui

pytestmark = pytest.mark.anyio

HOSTILE = "<script>\u202e\x1b[31m"


def issuer(editor: Editor) -> None:
    field = editor.draft.schema.field("issuer")
    assert field is not None
    editor.add(draw(editor.draft, field, enabled=editor.may))


TABS = (Tab("First", issuer), Tab("Second", lambda _: ui.label("the second part")))


async def test_parts_are_drawn_when_they_are_opened() -> None:
    async with editing(*TABS) as (user, _, _):
        await user.should_not_see("the second part")
        press(user, "Second")
        await user.should_see("the second part")
        (tab,) = [one for one in user.find(kind=ui.button).elements if one.text == "Second"]
        assert tab.props["aria-selected"] == "true"


async def test_a_pause_after_typing_asks_what_is_wrong_and_says_it_at_the_field() -> None:
    wrong = {"config": {"issuer": HOSTILE}}
    async with editing(*TABS, stored=True, wrong=wrong, issuer="x") as (user, editor, answers):
        await user.should_see("1 thing is missing or wrong")
        (box,) = user.find(kind=ui.input).elements
        assert box.props["error-message"] == HOSTILE
        before = len(answers.asked)
        box.set_value("y")
        await until(lambda: len(answers.asked) > before)
        assert json.loads(answers.bodies[-1])["config"] == {"issuer": "y"}
        assert editor.draft.value("issuer") == "y"


async def test_a_new_policy_is_not_scolded_before_anybody_came_to_it() -> None:
    async with editing(*TABS, wrong={"config": {"issuer": "required"}}) as (user, editor, _):
        await user.should_see("Fill in what is needed.")
        (box,) = user.find(kind=ui.input).elements
        await until(lambda: editor.state.problems)
        assert not box.props.get("error")
        press(user, "Add the policy")
        await until(lambda: box.props.get("error"))


async def test_an_admin_api_that_is_away_is_said_and_nothing_is_written() -> None:
    async with editing(*TABS, stored=True, issuer="x") as (user, editor, answers):
        await user.should_see("Saved.")
        answers.say("/schemas/plugins/validate", {"message": "the database is away"}, 503)
        editor.draft.put("issuer", "y")
        press(user, "Save")
        await user.should_see("Not checked: the database is away")


def unsaved(user: User) -> bool:
    """Whether the browser would ask before it leaves the page."""
    return any("gp-unsaved" in one.classes for one in user.find(kind=ui.element).elements)


async def test_changes_are_counted() -> None:
    async with editing(*TABS, stored=True, issuer="x") as (user, editor, _):
        await user.should_see("Saved.")
        editor.draft.put("leeway", 5)
        editor.draft.put("issuer", "y")
        await user.should_see("2 changes not saved")
        assert unsaved(user)
        editor.draft.begin(editor.draft.body)
        editor.saved()
        await user.should_see("Saved.")
        assert not unsaved(user)


async def test_a_new_one_is_not_lost_unasked_once_somebody_has_written_into_it() -> None:
    async with editing(*TABS) as (user, editor, _):
        editor.draft.set("service", "s1")
        assert not unsaved(user), "where it applies is in the address"
        editor.draft.put("issuer", "y")
        assert unsaved(user)
