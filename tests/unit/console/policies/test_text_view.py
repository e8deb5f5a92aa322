import pytest

from gatepost.console.policies.editor import Tab
from gatepost.console.policies.text_view import texts
from tests.unit.console.policies.forms import editing
from tests.unit.console.shown import User, ui

pytestmark = pytest.mark.anyio

TAB = Tab("Texts", texts)


def copied(user: User) -> str:
    (button,) = [
        one for one in user.find(kind=ui.button).elements if one.props.get("data-copy") is not None
    ]
    return str(button.props["data-copy"])


async def test_the_same_policy_in_three_forms() -> None:
    async with editing(TAB, issuer="https://i") as (user, editor, _):
        assert copied(user).startswith("_format_version: '3.0'")
        (choice,) = user.find(kind=ui.toggle).elements
        choice.set_value("JSON")
        assert copied(user).startswith("{\n")
        choice.set_value("curl")
        assert copied(user).startswith(f"curl -X POST {editor.view.api.url}/plugins")
        assert "Authorization" not in copied(user)


async def test_differences_from_what_is_stored_are_listed_without_secrets() -> None:
    config = {"issuer": "https://i", "client_secret": ["{masked}"]}
    async with editing(TAB, stored=True, **config) as (user, editor, _):
        await user.should_see("Nothing differs from what is stored.")
        editor.draft.put("client_secret", ["hush-hush"])
        editor.draft.put("issuer", "<script>")
        editor.redraw()
        await user.should_see('becomes "<script>"')
        await user.should_see('becomes ["PUT-THE-SECRET-HERE"]')
        await user.should_not_see("hush-hush")
