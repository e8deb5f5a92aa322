import pytest

from gatepost.console.telling.told import read
from gatepost.console.telling.verdict import found_in, spent, took, verdict
from tests.unit.console.telling.stories import STORIES, story, trace

SAID = {
    "open": ("good", "Let through to api", "No policy"),
    "nowhere": ("bad", "Refused with 404", "No route fits"),
    "no token": ("bad", "Refused with 401", "No credential was sent"),
    "accepted": ("good", "Let through to api", "a token that is a JWT"),
    "not a token": ("bad", "Refused with 401", "none that can be read"),
    "bad signature": ("bad", "Refused with 401", "signature is not valid"),
    "expired": ("bad", "Refused with 401", "The token ended at"),
    "other issuer": ("bad", "Refused with 401", "iss is https://other.example"),
    "wrong audience": ("bad", "Refused with 403", "this route wants orders"),
    "missing scope": ("bad", "Refused with 403", "this route wants write"),
    "inactive": ("bad", "Refused with 401", "not active"),
    "active": ("good", "Let through to api", "The caller is tutorial-opaque."),
    "client credentials": ("good", "Let through to api", "a client id and secret"),
    "wrong client secret": ("bad", "Refused with 401", "it said invalid_client"),
    "login": ("plain", "Sent to log in", "sent to the provider to log in"),
    "no session, no page": ("bad", "Refused with 401", "No credential was sent"),
    "no consumer": ("bad", "Refused with 403", "No consumer here stands for tutorial-jwt"),
    "by introspection": ("good", "Let through to api", "(introspection)"),
    "provider away": ("bad", "Refused with 503", "could not be reached"),
}


@pytest.mark.parametrize("name", STORIES)
def test_each_story_is_told_in_a_sentence_with_what_to_do(name: str) -> None:
    found = verdict(read(story(name)))
    tone, title, part = SAID[name]
    assert (found.tone, found.title) == (tone, title)
    assert part in found.sentence
    assert bool(found.do) == (tone == "bad")
    assert ("openid-connect" in found.by) == (name not in {"open", "nowhere"})


def test_a_remembered_refusal_is_told_like_the_one_it_rests_on() -> None:
    first = trace("wrong audience")
    again = {**trace("wrong audience"), "memory": "level1", "decided_by": first, "steps": []}
    assert verdict(read(again)) == verdict(read(first))
    assert "nobody was asked" in found_in("level1")


def test_without_its_story_a_refusal_is_told_by_its_code() -> None:
    bare = trace("expired", decided_by=None)
    del bare["steps"]
    assert verdict(read(bare)).sentence == "The token has expired."
    assert verdict(read(trace("nowhere", message="odd", code=None))).sentence == "odd."
    assert verdict(read(trace("nowhere", message=None, code=None))).sentence


def test_the_status_of_the_api_is_told_apart() -> None:
    assert (
        "The status 404 is the API's own answer."
        in verdict(read(trace("accepted", status=404))).sentence
    )
    assert "own answer" in verdict(read(trace("open", status=500, memory="none"))).sentence


def test_an_answer_to_a_person_that_is_a_refusal_says_so() -> None:
    page = trace("wrong audience", outcome="answered", code=None, status=403)
    found = verdict(read(page))
    assert (found.tone, found.title) == ("bad", "Answered by the gateway itself with 403")
    assert "wants orders" in found.sentence
    assert found.do
    done = trace("login", steps=[{"what": "login.done"}])
    assert "finished" in verdict(read(done)).sentence
    assert verdict(read(trace("login", steps=[]))).sentence


def test_it_tells_where_the_time_went() -> None:
    assert took(read(trace("accepted"))) == "20 ms: 5.0 ms in the API, 15 ms in the gateway"
    assert took(read(trace("no token"))) == "20 ms"
    assert took(read(trace("accepted", seconds=None))) == ""
    assert spent(0.0) == "< 1 ms"
