from typing import Any

import pytest

from gatepost.console.policies.reach import name_of, routes_of, sorted_out, without
from tests.unit.console.shown import Answers, admin_api

pytestmark = pytest.mark.anyio


def route(ident: str, service: str | None = "s1") -> dict[str, Any]:
    return {"id": ident, "name": ident, "service": {"id": service} if service else None}


def policy(ident: str, **scope: str) -> dict[str, Any]:
    refers = {kind: {"id": one} for kind, one in scope.items()}
    return {"id": ident, "name": "openid-connect", "enabled": True, **refers}


def split(own: dict[str, Any], *others: dict[str, Any]) -> tuple[list[str], list[str]]:
    routes = [route("r1"), route("r2"), route("r3", "s2"), route("r4", None)]
    if own.get("service"):
        routes = routes[:2]
    if own.get("route"):
        routes = routes[:1]
    alone, covered = sorted_out(own, routes, others)
    return [one["id"] for one in alone], [one["id"] for one in covered]


async def test_a_lone_policy_leaves_its_routes_alone() -> None:
    assert split(policy("p")) == (["r1", "r2", "r3", "r4"], [])
    assert split(policy("p", service="s1")) == (["r1", "r2"], [])
    assert split(policy("p", route="r1")) == (["r1"], [])


async def test_where_a_narrower_one_decides_nothing_changes() -> None:
    assert split(policy("p"), policy("q", service="s1")) == (["r3", "r4"], [])
    assert split(policy("p"), policy("q", route="r4")) == (["r1", "r2", "r3"], [])
    assert split(policy("p", service="s1"), policy("q", route="r2")) == (["r1"], [])


async def test_a_wider_one_takes_its_place() -> None:
    assert split(policy("p", service="s1"), policy("q")) == ([], ["r1", "r2"])
    assert split(policy("p", route="r1"), policy("q", service="s1")) == ([], ["r1"])
    assert split(policy("p", route="r1"), policy("q", service="s2")) == (["r1"], [])


async def test_one_of_a_consumer_takes_nobodys_place() -> None:
    assert split(policy("p", route="r1"), policy("q", consumer="c")) == (["r1"], [])


def plane(answers: Answers) -> None:
    answers.say("/routes", {"data": [route("r1"), route("r2")]})
    answers.say("/services/s1/routes", {"data": [route("r1")]})
    answers.say("/routes/r1", route("r1"))


async def test_routes_are_those_that_it_is_tied_to() -> None:
    async with admin_api() as (api, answers):
        plane(answers)
        assert (await routes_of(api, policy("p"))).total == 2
        assert [one["id"] for one in (await routes_of(api, policy("p", service="s1"))).first] == [
            "r1"
        ]
        assert (await routes_of(api, policy("p", route="r1"))).total == 1


async def test_many_routes_are_counted_and_not_fetched() -> None:
    async with admin_api() as (api, answers):
        answers.say("/routes", {"data": [route(f"r{n}") for n in range(100)], "offset": "x"})
        answers.say("/counts", {"routes": 10_000})
        answers.say("/plugins", {"data": []})
        found = await routes_of(api, policy("p"))
        assert (found.total, found.more) == (10_000, 9_900)
        assert not (await without(api, policy("p"))).complete


async def test_one_that_is_off_or_of_another_kind_does_not_count() -> None:
    off = policy("q") | {"enabled": False}
    other = policy("o") | {"name": "cors"}
    async with admin_api() as (api, answers):
        plane(answers)
        answers.say("/plugins", {"data": [policy("p", route="r1"), off, other]})
        found = await without(api, policy("p", route="r1"))
        assert ([one["id"] for one in found.alone], found.covered) == (["r1"], ())
        assert found.complete


async def test_a_thing_is_called_by_its_name_or_by_what_it_matches() -> None:
    assert name_of({"name": "a"}) == "a"
    assert name_of({"paths": ["/a", "/b"]}) == "/a, /b"
    assert name_of({"id": "x"}) == "x"
