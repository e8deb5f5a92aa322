from typing import Any

import pytest

from gatepost.plugin import (
    Attribute,
    Context,
    Edits,
    Evaluation,
    Forward,
    Memory,
    Proof,
    Trace,
    Verdict,
    evaluate,
)
from gatepost.plugin.masks import Masks
from gatepost.plugin.story import edits, plugins, told
from gatepost.plugin.testkit import World, plan_for
from gatepost.values import Headers, Tag, TagKind
from tests.unit.plugin.policies import Doing

pytestmark = pytest.mark.anyio
SECRET = "opaque-credential-1234"


def masks() -> Masks:
    return Masks(Headers([("X-Key", SECRET), ("Authorization", f"Bearer {SECRET}")]), b"", None)


async def test_a_story_has_the_steps_the_reads_and_the_memory_of_an_evaluation() -> None:
    attribute = Attribute("header", "a")

    def look(request: Any, runtime: Any) -> None:
        request.header("a")
        request.path()
        runtime.step("looked", quoted=f"it was {SECRET}")

    plan = plan_for((Doing(look, attributes=(attribute,)), {}))
    found = await evaluate(plan, {attribute: ()}, Context(), World().sources, trace=Trace())
    story = told(found, masks(), 1e9)
    assert story["read"] == [
        {"what": "header:a", "in_key": True},
        {"what": "path", "in_key": False},
    ]
    assert next(one for one in story["steps"] if one["what"] == "looked")["quoted"] == "it was ***"
    assert story["memory"]["remembered"] is False
    assert any("path" in why for why in story["memory"]["why_not"])
    assert plugins(plan) == [f"doing (priority {plan.chain.links[0].priority})"]


def test_a_token_that_was_come_by_on_the_way_is_masked_wherever_it_stands() -> None:
    details = {"refresh_token": "r" * 20, "id_token": None}
    proof = Proof("password", access_token="a" * 20, claims={"c": {"x": "a" * 20}}, details=details)
    decision = Forward(
        Edits(authorization="Bearer " + "b" * 20, headers=(("X-R", "r" * 20), ("X-Gone", None)))
    )
    known = masks()
    found = Evaluation(
        decision, Verdict(decision, "password", proofs=(proof,)), Memory(until=1e12), Trace()
    )
    story = told(found, known, 1e9)
    assert story["claims"][0]["claims"] == {"c": {"x": "***"}}
    assert edits(decision, known) == [
        ["Authorization", "Bearer ***"],
        ["X-R", "***"],
        ["X-Gone", None],
    ]


def test_long_parts_of_tags_are_shortened() -> None:
    memory = Memory(until=1e12, tags=(Tag.of(TagKind.ISSUER, "https://idp/" + "x" * 80),))
    story = told(Evaluation(None, None, memory, Trace()), masks(), 1e9)
    assert story["memory"]["tags"] == ["issuer https://idp/…"]
    assert story["memory"]["remembered"] is True


def test_what_a_lacking_claim_holds_is_masked_like_the_claim_itself() -> None:
    trace = Trace()
    trace.add("lacks", {"claim": "user.password or aud", "wants": "x", "has": "hush"})
    trace.add("lacks", {"claim": "aud", "wants": "x", "has": "y"})
    found = Evaluation(None, None, Memory(), trace)
    assert [one["has"] for one in told(found, masks(), 0.0)["steps"]] == ["***", "y"]
