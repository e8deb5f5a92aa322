from typing import Any

import pytest

from gatepost.explaining import Described, Ground, LonePlan, Supposed, explain, lone_plan
from gatepost.model import Plugin, Route
from gatepost.plugin import Revocation, installed
from gatepost.values import Tag
from tests.unit.explaining.grounds import bearer, ground, ident, route

pytestmark = pytest.mark.anyio

AWAY = "http://127.0.0.1:1"
TOKEN = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.eyJpc3MiOiJodHRwOi8vMTI3LjAuMC4xOjEifQ.c2ln"


def policy(**config: Any) -> Plugin:
    return Plugin(id=ident(22), name="openid-connect", route=ident(2), config=bearer(**config))


async def told(at: Ground, url: str, *headers: tuple[str, str], **more: Any) -> dict[str, Any]:
    def plan_of(one: Route) -> LonePlan:
        return lone_plan(at.snapshot, one, installed(), {})

    return await explain(at, Described.of(url, None, headers, b""), plan_of, **more)


async def test_from_a_request_to_its_upstream() -> None:
    story = await told(ground(), "http://h/one/x", ("X-A", "1"))
    assert story["request"]["headers"] == [["X-A", "1"]]
    assert story["route"] == {
        "name": "one", "id": ident(2), "service": "api", "fits": {"path": "/one"},
        "place": 2, "of": 2,
    }  # fmt: skip
    assert (story["plan"], story["outcome"]) == (None, "forward")
    assert story["upstream"]["host"] == "up.example"


async def test_what_routing_refuses() -> None:
    at = ground(routes=(route(2, "/sealed", protocols=("https",), https_redirect_status_code=307),))
    assert (await told(at, "http://h/else"))["status"] == 404
    assert (await told(at, "http://h/sealed"))["status"] == 307
    assert (await told(at, "https://h/sealed"))["outcome"] == "forward"


async def test_what_the_plan_decides_is_told_with_its_steps() -> None:
    at = ground(policy())
    story = await told(at, "http://h/one")
    assert (story["status"], story["code"]) == (401, "credential.absent")
    assert story["steps"]
    twice = (("Authorization", "Bearer a"), ("Authorization", "Bearer b"))
    assert (await told(at, "http://h/one", *twice))["status"] == 400


async def test_a_provider_that_is_away_is_not_taken_for_a_refusal() -> None:
    at = ground(policy(issuer=AWAY))
    header = ("Authorization", f"Bearer {TOKEN}")
    for supposed in (None, Supposed({"sub": "x"})):
        story = await told(at, "http://h/one", header, supposed=supposed)
        assert (story["status"], story["memory"]["remembered"]) == (503, False)
        assert TOKEN not in str(story)
        assert supposed is None or supposed.secret not in str(story)


async def test_what_was_revoked_counts() -> None:
    at = ground(policy(issuer=AWAY))
    header = ("Authorization", f"Bearer {TOKEN}")
    gone = [Revocation(1, Tag.token(TOKEN), 5.0)]
    for supposed in (None, Supposed({"sub": "x"})):
        story = await told(at, "http://h/one", header, revocations=gone, supposed=supposed)
        assert story["outcome"] == "refused"
        assert story["status"] in {401, 503}


async def test_variables_that_only_nodes_have_are_named() -> None:
    at = ground(policy(client_id=["a"], client_secret=["{vault://env/idp}"]))
    assert (await told(at, "http://h/one"))["unresolved"] == ["IDP"]
