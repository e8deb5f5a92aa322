from typing import Any

import pytest

from gatepost.console.telling.told import Named, number, of_story, of_trace, read, whole, words
from tests.unit.console.telling.stories import STORIES, story, trace


def test_a_story_and_the_trace_of_the_same_decision_are_read_alike() -> None:
    for name in STORIES:
        if name == "nowhere" or name == "open":
            continue
        one, other = of_story(story(name)), of_trace(trace(name))
        assert one.steps == other.steps
        assert (one.kept, one.claims, one.read) == (other.kept, other.claims, other.read), name
        assert (one.edits, one.plugins, one.code) == (other.edits, other.plugins, other.code)


def test_it_is_read_by_its_shape() -> None:
    assert read(story("accepted")).route == Named("00000000-0000-4000-8000-000000000000", "jwt")
    assert read(story("accepted")).memory == "asked"
    assert read(story("open")).memory == "none"
    assert read(trace("accepted")).path == "/x"
    assert read(story("accepted") | {"what_if": True}).supposed


def test_what_was_remembered_is_told_by_the_question_that_it_rests_on() -> None:
    first = trace("missing scope", id="b" * 32)
    bare = trace("nowhere", code=None, memory="level1", decided_by=first)
    told = read({name: bare[name] for name in bare if name not in {"steps", "memory_of"}})
    assert told.origin == "b" * 32
    assert (told.code, told.id, told.found) == ("scopes.missing", "a" * 32, True)
    assert told.steps
    assert told.whole
    bare["decided_by"] = None
    del bare["memory_of"]
    assert read(bare).whole is False


def test_a_consumer_is_known_by_what_the_upstream_is_told_or_as_the_trace_names_it() -> None:
    told = story("accepted")
    assert read(told).consumer is None
    told["upstream"]["headers"] += [["X-Consumer-ID", "1"], ["x-consumer-username", "ann"]]
    assert read(told).consumer == Named("1", "ann")
    about = {"id": "1", "username": None}
    consumer = read(trace("accepted", consumer=about)).consumer
    assert consumer is not None
    assert consumer.called == "1"


@pytest.mark.parametrize("junk", [None, 7, "x", [], {}, [[]], [1, "x", None], {"a": 1}, True])
def test_whatever_a_node_wrote_is_read_without_failing(junk: Any) -> None:
    for name in trace("accepted"):
        told = read(trace("accepted", **{name: junk}))
        assert isinstance(told.path, str)
        assert all(isinstance(one, dict) for one in told.steps)
    assert read({"request": {}, "route": junk, "plan": junk, "upstream": junk}).outcome == ""


def test_where_a_browser_is_sent_is_told_without_what_belongs_to_one_login() -> None:
    told = story("login")
    told["headers"] = [["Set-Cookie", "a=b"], ["location", "https://idp.example/a?state=s#x"]]
    assert read(told).sent_to == "https://idp.example/a"
    assert read(story("accepted")).sent_to == ""


def test_only_numbers_are_numbers() -> None:
    assert [number(1), number(1.5), number(True), number("1")] == [1.0, 1.5, None, None]
    assert [whole(1), whole(1.5), whole(True)] == [1, None, None]
    assert [words("a"), words(1)] == ["a", ""]


def test_a_failure_of_the_api_is_none_of_the_gateway() -> None:
    assert read(trace("accepted", status=404)).api_failed
    assert not read(trace("accepted", status=200)).api_failed
    assert not read(trace("no token")).api_failed
