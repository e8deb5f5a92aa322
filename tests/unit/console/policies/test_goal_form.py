from typing import Any

import pytest

from gatepost.console.policies.editor import Tab
from gatepost.console.policies.goal_form import goals
from tests.unit.console.hands import until
from tests.unit.console.policies.forms import editing
from tests.unit.console.shown import User, press, ui

pytestmark = pytest.mark.anyio

TAB = Tab("Goals", goals)
HOSTILE = "<script>\u202e\x1b[31m"


def box(user: User, way: str) -> Any:
    (made,) = [m for m in user.find(kind=ui.checkbox).elements if m.props.get("data-way") == way]
    return made


def strict(user: User, name: str) -> Any:
    (made,) = [
        m for m in user.find(kind=ui.switch).elements if m.props.get("data-strictness") == name
    ]
    return made


def field(user: User, name: str) -> Any:
    (made,) = [
        one for one in user.find(kind=ui.element).elements if one.props.get("data-field") == name
    ]
    return made


async def test_a_way_brings_its_questions_and_what_is_recommended() -> None:
    async with editing(TAB) as (user, editor, _):
        await user.should_not_see("Your identity provider")
        box(user, "people").set_value(True)
        await user.should_see("Logging in")
        assert strict(user, "pkce").value
        assert editor.draft.value("auth_methods") == ["authorization_code", "session"]
        box(user, "people").set_value(False)
        await user.should_not_see("Logging in")
        assert editor.draft.value("require_proof_key_for_code_exchange") is None


async def test_a_strictness_is_a_switch() -> None:
    async with editing(TAB, auth_methods=["bearer"]) as (user, editor, _):
        strict(user, "header_only").set_value(True)
        assert editor.draft.value("bearer_token_param_type") == ["header"]
        strict(user, "header_only").set_value(False)
        assert editor.draft.value("bearer_token_param_type") == ["body", "header", "query"]


async def test_a_session_secret_can_be_made_up() -> None:
    async with editing(TAB, auth_methods=["authorization_code"]) as (user, editor, _):
        await user.should_see("Without a session secret")
        press(user, "Make one up")
        await until(lambda: editor.draft.value("session_secret"))
        assert len(editor.draft.value("session_secret")) > 40
        await user.should_not_see("Without a session secret")


async def test_one_client_is_asked_for_and_others_stay() -> None:
    config = {"auth_methods": ["introspection"], "client_id": ["a", "b"]}
    async with editing(TAB, **config) as (user, editor, _):
        field(user, "client_id").set_value(HOSTILE)
        assert editor.draft.value("client_id") == [HOSTILE, "b"]


def _removing(user: User) -> list[Any]:
    return [
        one
        for one in user.find(kind=ui.button).elements
        if one.props.get("aria-label") == "Send no header for sub"
    ]


async def test_the_upstream_is_told_claims_in_headers() -> None:
    async with editing(TAB, auth_methods=["bearer"]) as (user, editor, _):
        claim, header = (
            next(m for m in user.find(kind=ui.input).elements if m.props.get("label") == label)
            for label in ("Claim", "Header")
        )
        claim.set_value("sub")
        assert editor.draft.value("upstream_headers_claims") is None
        header.set_value("X-User")
        assert editor.draft.value("upstream_headers_claims") == ["sub"]
        assert editor.draft.value("upstream_headers_names") == ["X-User"]
        press(user, "Another")
        await until(lambda: _removing(user))
        found = user.find(kind=ui.button)
        found.elements = set(_removing(user))
        found.click()
        await until(lambda: editor.draft.value("upstream_headers_names") is None)


async def test_methods_of_no_way_are_named() -> None:
    async with editing(TAB, stored=True, auth_methods=["bearer", "password"]) as (user, editor, _):
        await user.should_see("Accepted as well, by “Everything else”: password.")
        box(user, "introspection").set_value(True)
        assert editor.draft.value("auth_methods") == ["bearer", "introspection", "password"]


async def test_a_policy_for_which_nobody_chose_says_so() -> None:
    async with editing(TAB, stored=True, issuer="x") as (user, _, _):
        await user.should_see("every way that can work is accepted")


async def test_who_may_not_change_cannot_choose() -> None:
    async with editing(TAB, role="viewer", auth_methods=["bearer"]) as (user, _, _):
        assert not box(user, "tokens").enabled
        assert not strict(user, "leeway").enabled
        assert not field(user, "issuer").enabled
