import re

import pytest

from gatepost.console.telling.rest import (
    edit_words,
    memory_words,
    read_words,
    tag_target,
    tag_words,
    why_not,
)
from gatepost.values import TagKind
from tests.unit.console.telling.stories import HOSTILE, STORIES, story


def test_memory_is_told_with_its_end_and_that_of_the_credential() -> None:
    told = memory_words(story("accepted")["memory"])
    assert told.startswith("Remembered for 5 min, until 20")
    assert "The credential itself ends at 20" in told
    assert memory_words(story("login")["memory"]).startswith("Not remembered")
    assert memory_words(None) == "Nothing was to be remembered."
    assert memory_words({"remembered": True, "until": HOSTILE, "seconds": "x"}).startswith("Rem")


def test_each_kind_of_tag_has_words() -> None:
    for kind in TagKind:
        assert tag_words(f"{kind.value} one two") != f"{kind.value} one two"


def test_a_tag_names_what_it_is_about() -> None:
    assert tag_words("subject https://idp.example ann lee") == "everything of ann lee is revoked"
    assert tag_words("issuer https://idp.example") == (
        "everything of the issuer https://idp.example is revoked"
    )
    assert tag_words("subject {1} {0}") == "everything of {0} is revoked"
    assert tag_words(HOSTILE) == HOSTILE
    assert tag_target("plugin abc") == ("plugins", "abc")
    assert tag_target("consumer abc") == ("consumers", "abc")
    assert tag_target("token abc…") is None
    assert tag_target("plugin ") is None


@pytest.mark.parametrize("name", STORIES)
def test_whatever_a_story_read_and_why_it_is_not_remembered_has_words(name: str) -> None:
    for one in story(name).get("read", []):
        assert re.match(r"the |whether |all ", read_words(one["what"])), one
    for reason in (story(name).get("memory") or {}).get("why_not", []):
        assert "lies outside the key" not in why_not(reason)


def test_what_is_not_known_is_told_as_it_is() -> None:
    assert read_words(HOSTILE) == HOSTILE
    assert why_not("the moon is full") == "the moon is full"
    assert read_words("bit:new-one:x") == "bit:new-one:x"


def test_edits_are_told_by_what_becomes_of_a_header() -> None:
    assert edit_words("X-A", "b") == ("X-A becomes", "b")
    assert edit_words("(cookie s)", None) == ("cookie s is taken out", "")
