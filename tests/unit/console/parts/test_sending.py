from typing import Any

import pytest

from gatepost.console.admin_api import Away, Changed, Denied, Invalid, Trouble, Unknown
from gatepost.console.parts.sending import Sent, given, taken
from tests.unit.console.shown import view_of

pytestmark = pytest.mark.anyio


class Form:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.fields: list[dict[str, str]] = []

    def told(self, invalid: Invalid) -> None:
        self.fields.append(invalid.fields)


async def answer(what: Any) -> Any:
    if isinstance(what, Exception):
        raise what
    return what


async def test_what_comes_back_is_returned_even_when_it_is_nothing() -> None:
    form = Form()
    assert await taken(view_of(), form, answer(None)) == Sent(None)
    assert await taken(view_of(), form, answer("made")) == Sent("made")
    assert form.fields == []


@pytest.mark.parametrize(
    ("trouble", "fields"),
    [
        (Invalid("no", {"name": "taken"}), {"name": "taken"}),
        (Denied("You may not"), {"@": "You may not"}),
        (Away("Nobody is there."), {"@": "Nobody is there."}),
        (
            Changed("moved"),
            {"@": "Somebody else has changed it since you opened it. Load it anew."},
        ),
    ],
    ids=lambda one: type(one).__name__,
)
async def test_a_refusal_is_told_in_the_form(trouble: Trouble, fields: dict[str, str]) -> None:
    form = Form()
    assert await taken(view_of(), form, answer(trouble)) is None
    assert form.fields == [fields]


async def test_who_is_not_known_any_more_is_asked_again_and_the_form_says_nothing() -> None:
    form, view, expired = Form(), view_of(), list[int]()
    view.expired = lambda: expired.append(1)
    assert await taken(view, form, answer(Unknown("who?"))) is None
    assert (expired, form.fields) == ([1], [])


def test_given_leaves_out_what_is_empty() -> None:
    values = {"a": None, "b": "", "c": [], "d": 0, "e": False}
    assert given(values) == {"d": 0, "e": False}
