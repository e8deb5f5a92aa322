from typing import Any

import pytest

from gatepost.console.policies.draft import Draft
from gatepost.console.policies.field_inputs import (
    Row,
    SecretList,
    default_words,
    draw,
    input_of,
    kind_of,
)
from gatepost.console.policies.schema import PluginSchema, SchemaField
from tests.unit.console.policies.schemas import OIDC, UNKNOWN
from tests.unit.console.shown import shown, ui

pytestmark = pytest.mark.anyio


def field(path: str, schema: PluginSchema = UNKNOWN) -> SchemaField:
    found = schema.field(path)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("limit", "number"),
        ("window", "number"),
        ("by", "choice"),
        ("hide", "switch"),
        ("maybe", "choice"),
        ("key", "secret"),
        ("words", "words"),
        ("store.host", "text"),
    ],
)
async def test_a_kind_of_field_has_its_input(path: str, kind: str) -> None:
    assert kind_of(field(path)) == kind


@pytest.mark.parametrize(
    ("path", "kind"),
    [("auth_methods", "choices"), ("upstream_headers", "json"), ("consumer_claims", "json")],
)
async def test_what_has_no_better_input_is_json(path: str, kind: str) -> None:
    assert kind_of(field(path, OIDC)) == kind


async def test_a_switch_that_can_be_unset_is_a_choice() -> None:
    assert input_of(field("maybe")).options == {True: "on", False: "off"}


async def test_the_default_is_told() -> None:
    assert default_words(field("limit")) == "needed"
    assert default_words(field("window")) == "default: 60"
    assert default_words(field("key")) == "default: not set"


def draft(schema: PluginSchema = UNKNOWN, **config: Any) -> Draft:
    return Draft(schema, {"name": "x", "config": config})


async def test_what_is_typed_is_in_the_draft_and_goes_back_to_the_default() -> None:
    made, rows = draft(), list[Any]()
    async with shown(lambda: rows.append(draw(made, field("window")))) as user:
        await user.should_see("default: 60")
        await user.should_not_see("changed")
        (box,) = user.find(kind=ui.number).elements
        box.set_value(5)
        assert made.value("window") == 5
        await user.should_see("changed")
        rows[0].reset()
        assert made.value("window") == 60
        assert box.value == 60
        await user.should_not_see("changed")


async def test_what_is_no_json_is_said_and_not_taken() -> None:
    made = draft(OIDC)
    async with shown(lambda: Row(made, field("upstream_headers", OIDC))) as user:
        (box,) = user.find(kind=ui.textarea).elements
        box.set_value("[<script>")
        assert "This is no JSON" in box.props["error-message"]
        assert made.value("upstream_headers") is None
        box.set_value('[{"header": "X-User", "path": ["sub"]}]')
        assert made.value("upstream_headers") == [{"header": "X-User", "path": ["sub"]}]


async def test_a_list_of_secrets_has_an_input_for_each_and_keeps_masks() -> None:
    made = draft(OIDC, client_secret=["{masked}"])
    async with shown(lambda: draw(made, field("client_secret", OIDC))) as user:
        boxes = sorted(user.find(kind=ui.input).elements, key=lambda one: one.id)
        assert [box.value for box in boxes] == ["{masked}", ""]
        assert all(box.props["type"] == "password" for box in boxes)
        boxes[1].set_value("new")
        assert made.value("client_secret") == ["{masked}", "new"]


async def test_problems_are_said_without_taking_the_focus() -> None:
    made, rows = draft(OIDC), list[Any]()

    def both() -> None:
        rows.append(Row(made, field("issuer", OIDC)))
        rows.append(SecretList(made, field("client_secret", OIDC), enabled=True))

    async with shown(both) as user:
        for row in rows:
            row.show("no good")
            row.follow()
        said = [box.props["error-message"] for box in user.find(kind=ui.input).elements]
        assert sorted(said) == ["no good", "no good"]


async def test_who_may_not_change_sees_and_cannot_type() -> None:
    made = draft(OIDC, issuer="x" * 10_000)
    async with shown(lambda: draw(made, field("issuer", OIDC), enabled=False)) as user:
        (box,) = user.find(kind=ui.input).elements
        assert not box.enabled
        assert box.value == "x" * 10_000


async def test_a_stored_value_of_another_kind_breaks_nothing() -> None:
    made = draft(UNKNOWN, window="soon", words="one")

    def both() -> None:
        draw(made, field("window"))
        draw(made, field("words"))

    async with shown(both) as user:
        await user.should_see("default: 60")
