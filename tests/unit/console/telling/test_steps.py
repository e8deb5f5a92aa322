import re
from pathlib import Path

import pytest

import gatepost.plugins.openid_connect as plugin
from gatepost.console.telling.steps import METHODS, doings, refusal_words
from tests.unit.console.telling.stories import HOSTILE, STORIES, story


def words(*steps: dict[str, object]) -> list[str]:
    return [one.words for one in doings(steps)]


def test_every_way_to_be_authenticated_has_words() -> None:
    folder = Path(str(plugin.__file__)).parent
    source = "".join(path.read_text("utf-8") for path in folder.rglob("*.py"))
    named = set(re.findall(r'^    name = "([a-z_]+)"', source, re.MULTILINE))
    assert named
    assert named <= set(METHODS)


@pytest.mark.parametrize("name", STORIES)
def test_every_step_is_a_sentence(name: str) -> None:
    for one in doings(story(name).get("steps", [])):
        if one.step["what"] != "provider":
            assert re.fullmatch(r"[A-Z].*[.)]", one.words), one.words


def test_a_claim_that_decided_is_told_with_what_the_route_wants() -> None:
    assert words(*story("wrong audience")["steps"])[-1] == (
        "The token's aud is api://default, but this route wants orders."
    )
    assert words(*story("missing scope")["steps"])[-1] == (
        "The token's scope is read, but this route wants write."
    )
    assert words(*story("other issuer")["steps"])[-1] == (
        "The token's iss is https://other.example, but this route wants "
        "http://idp.example/oauth2/default."
    )
    assert words(*story("no consumer")["steps"])[-1] == (
        "No consumer here stands for tutorial-jwt (the token's client_id)."
    )


def test_an_expired_token_says_when_it_ended() -> None:
    last = words(*story("expired")["steps"])[-1]
    assert re.fullmatch(r"The token ended at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC \(exp\)\.", last)


def test_what_lies_behind_a_refusal_stands_with_it() -> None:
    assert words(*story("wrong client secret")["steps"])[-1].endswith("(it said invalid_client).")
    assert words(*story("inactive")["steps"])[-1].startswith("The identity provider says that")


def test_a_code_without_words_of_ours_is_told_by_its_own_reason() -> None:
    step = {"what": "rejected", "code": "other.thing", "reason": "The moon is full."}
    assert refusal_words(step, ()) == "The moon is full."
    assert refusal_words({"what": "failed", "code": "other.thing"}, ()).endswith(".")


def test_what_is_not_known_is_told_as_it_is() -> None:
    assert words({"what": HOSTILE}) == [f"{HOSTILE}."]
    assert words({}) == ["Something happened."]
    assert words({"what": "proven", "method": HOSTILE}) == [f"Accepted {HOSTILE}."]


def test_events_and_signs_have_their_tone() -> None:
    (one,) = doings([{"what": "login.failed", "code": "callback.state"}])
    assert (one.tone, one.more) == ("bad", "callback.state")
    (one,) = doings([{"what": "provider", "purpose": "jwks", "source": "stale"}])
    assert (one.tone, one.words) == ("quiet", "The provider's keys were known already.")
    assert "away" in one.more
    (one,) = doings([{"what": "consumer looked up", "by": "username", "found": True}])
    assert one.words == "Looked for a consumer with this username: found."
    (one,) = doings([{"what": "holds until", "instant": 1.0, "why": "the key rotates"}])
    assert "the key rotates" in one.words
