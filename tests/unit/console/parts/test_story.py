from typing import Any

import pytest
from nicegui import ui

from gatepost.console.parts.story import draw_story
from tests.unit.console.shown import User, shown
from tests.unit.console.telling.stories import HOSTILE, STORIES, story, trace

pytestmark = pytest.mark.anyio


def where(kind: str, ident: str) -> str:
    return f"/{kind}/{ident}"


def targets(user: User) -> set[str]:
    assert user.client is not None
    return {str(one.props["href"]) for one in user.client.elements.values() if "href" in one.props}


def words(user: User) -> str:
    assert user.client is not None
    return "\n".join(str(getattr(one, "text", "")) for one in user.client.elements.values())


@pytest.mark.parametrize("name", STORIES)
async def test_every_story_can_be_drawn(name: str) -> None:
    async with shown(lambda: draw_story(story(name), where)) as user:
        await user.should_see("What happened")
        text = words(user)
        assert "None" not in text
        headings = [one for one in user.client.elements.values() if one.tag == "h1"]
        assert headings == []


async def test_a_refusal_says_why_and_what_to_do_and_leads_on() -> None:
    ident = story("wrong audience")["route"]["id"]
    async with shown(lambda: draw_story(story("wrong audience"), where)) as user:
        await user.should_see("Refused with 403")
        await user.should_see("The token's aud is api://default, but this route wants orders.")
        await user.should_see("Ask for a token with that audience")
        await user.should_see("the header authorization")
        await user.should_see("compared")
        await user.should_see("this very token is revoked")
        assert f"/routes/{ident}" in targets(user)
        assert any(one.startswith("/plugins/") for one in targets(user))


async def test_names_that_the_page_knows_are_shown_in_place_of_ids() -> None:
    told = trace("accepted", consumer={"id": "c1", "username": None})
    names = {told["route"]: "the-route", told["service"]: "the-service", "c1": "ann"}
    async with shown(lambda: draw_story(told, where, names)) as user:
        for one in ("the-route", "the-service", "ann"):
            await user.should_see(one)
        assert "/consumers/c1" in targets(user)


async def test_a_remembered_decision_leads_to_the_question_it_rests_on() -> None:
    first = trace("accepted", id="b" * 32)
    again = trace("nowhere", outcome="forward", code=None, memory="level2", decided_by=first)
    del again["memory_of"]
    async with shown(lambda: draw_story(again, where)) as user:
        assert "/traces/" + "b" * 32 in targets(user)
        await user.should_see("another of its workers had asked")


async def test_where_the_story_is_gone_it_says_so() -> None:
    bare = trace("accepted", decided_by=None, memory="level1")
    for name in ("steps", "read", "memory_of", "claims", "upstream"):
        del bare[name]
    async with shown(lambda: draw_story(bare, where)) as user:
        await user.should_see("Its story is not known any more")


async def test_a_moment_in_a_claim_is_shown_as_one_too_and_an_absurd_one_is_not() -> None:
    told = trace("accepted")
    told["claims"][0]["claims"]["access_token"] |= {"exp": 1_800_000_000, "nbf": 1e300, "iat": True}
    async with shown(lambda: draw_story(told, where)) as user:
        await user.should_see("2027-01-15 08:00:00 UTC")
        await user.should_see("1e+300")


async def test_what_the_upstream_is_told_is_shown_as_masked_as_it_came() -> None:
    async with shown(lambda: draw_story(story("accepted"), where)) as user:
        await user.should_see("Authorization becomes")
        await user.should_see("Bearer ***")


@pytest.mark.parametrize("junk", [HOSTILE, "x" * 10_000, 7, None, [[HOSTILE]], {"a": {}}])
async def test_whatever_a_trace_holds_is_text(junk: Any) -> None:
    told = trace("wrong audience")
    told |= dict.fromkeys(("path", "host", "message", "challenges", "plugins", "mark"), junk)
    told["claims"][0] |= {"issuer": junk, "subject": junk, "method": junk}
    told["claims"][0]["claims"]["access_token"] |= {"aud": junk, HOSTILE: junk}
    told["memory_of"] |= {"tags": [junk, f"plugin {junk}"], "why_not": [junk]}
    told["read"] += [{"what": junk, "in_key": junk}]
    told["upstream"] = {"headers": [[HOSTILE, HOSTILE]]}
    async with shown(lambda: draw_story(told, where)) as user:
        await user.should_see("What happened")
        for one in user.client.elements.values():
            if not isinstance(one, ui.icon):
                assert "innerHTML" not in one.props
        assert all(one.startswith("/") for one in targets(user))


async def test_what_was_supposed_and_what_was_not_known_is_said() -> None:
    told = story("accepted") | {"what_if": True, "unresolved": ["{vault://env/SECRET}"]}
    async with shown(lambda: draw_story(told, where)) as user:
        await user.should_see("what if")
        await user.should_see("{vault://env/SECRET}")
