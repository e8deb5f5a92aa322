from typing import Any

import pytest

from gatepost.console.admin_api import Invalid
from gatepost.console.parts.form import Field, Form, at, nested
from tests.unit.console.shown import shown

pytestmark = pytest.mark.anyio
FIELDS = (
    Field("name", "Name", required=True),
    Field("port", "Port", "number"),
    Field("tags", "Tags", "words"),
    Field("enabled", "Enabled", "switch"),
    Field("kind", "Kind", "choice", options=("a", "b")),
    Field("config.issuer", "Issuer", help="Where tokens come from"),
    Field("extra", "Extra", "json"),
)


def form(**values: Any) -> tuple[list[Form], Any]:
    made: list[Form] = []
    return made, lambda: made.append(
        Form(FIELDS, {k.replace("__", "."): v for k, v in values.items()})
    )


async def test_what_stands_in_the_fields_is_read_by_name_and_empty_is_none() -> None:
    made, draw = form(name=" orders ", port=80, tags=["a"], enabled=True, extra={"x": 1})
    async with shown(draw):
        assert made[0].values() == {
            "name": "orders", "port": 80, "tags": ["a"], "enabled": True, "kind": None,
            "config.issuer": None, "extra": {"x": 1},
        }  # fmt: skip
        assert made[0].changed() == {}
        made[0].set("port", 81)
        assert made[0].changed() == {"port": 81}


async def test_a_value_that_is_no_option_stays_what_it_is() -> None:
    made, draw = form(kind="of a newer version")
    async with shown(draw):
        assert made[0].values()["kind"] == "of a newer version"


async def test_what_is_needed_and_what_is_no_json_is_said_at_the_field() -> None:
    made, draw = form()
    async with shown(draw):
        made[0].set("extra", None)
        made[0].element("extra").set_value("{no")
        assert not made[0].check()
        assert made[0].element("name").props["error-message"] == "This is needed."
        assert "no JSON" in made[0].element("extra").props["error-message"]
        with pytest.raises(Invalid):
            made[0].values()
        made[0].set("name", "x")
        made[0].element("extra").set_value("")
        assert made[0].check()
        assert not made[0].element("name").props["error"]


async def test_what_the_admin_api_found_is_said_where_it_belongs_and_the_rest_below() -> None:
    made, draw = form(name="x")
    async with shown(draw) as user:
        made[0].told(
            Invalid(
                "schema violation", {"config.issuer": "no URL", "tags.1": "bad", "host": "gone"}
            )
        )
        assert made[0].element("config.issuer").props["error-message"] == "no URL"
        assert made[0].element("tags").props["error-message"] == "bad"
        await user.should_see("host: gone")
        made[0].told(Invalid("UNIQUE violation", {}))
        await user.should_see("UNIQUE violation")
        await user.should_not_see("host: gone")


def test_names_with_dots_are_nested() -> None:
    assert nested({"a": 1, "b.c": 2, "b.d": 3}) == {"a": 1, "b": {"c": 2, "d": 3}}
    assert at({"b": {"c": 2}}, "b.c") == 2
    assert at({"b": 1}, "b.c") is None


async def test_a_word_that_was_typed_and_not_ended_counts_before_the_box_is_left() -> None:
    made, draw = form(tags=["a"])
    async with shown(draw):
        chips = made[0].element("tags")
        (heard,) = [
            one
            for one in chips._event_listeners.values()
            if one.type in ("input-value", "inputValue")
        ]
        assert heard.handler is not None
        for typed, tags in (("b ", ["a", "b"]), ("a", ["a"]), ("", ["a"])):
            heard.handler(type("Event", (), {"args": typed})())
            assert made[0].values()["tags"] == tags
        chips.set_value(None)
        assert made[0].values()["tags"] == []
