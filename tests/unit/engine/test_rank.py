import itertools
import uuid
from typing import Any

import pytest

from gatepost.engine import places
from gatepost.model import Route


def route(name: str, **fields: Any) -> Route:
    return Route(id=str(uuid.uuid5(uuid.NAMESPACE_DNS, name)), name=name, **fields)


def order(*routes: Route) -> list[tuple[str | None, str | None]]:
    found = [
        [(p.route.name, p.path) for p in places(some)] for some in itertools.permutations(routes)
    ]
    assert all(one == found[0] for one in found), "the order depends on the order of the routes"
    return found[0]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"paths": ["/"], "methods": ["GET"]}, {"hosts": ["a.test"]}),
        ({"hosts": ["a.test"]}, {"headers": {"x": ["1"]}}),
        ({"headers": {"x": ["1"]}}, {"paths": ["/long/path"]}),
        ({"paths": ["/"]}, {"methods": ["GET"]}),
        ({"methods": ["GET"]}, {"snis": ["a.test"]}),
        ({"hosts": ["a.test"]}, {"hosts": ["*.test"]}),
        ({"hosts": ["a.test"]}, {"hosts": ["a.test", "*.test"]}),
        ({"headers": {"x": ["1"], "y": ["1"]}}, {"headers": {"x": ["1"]}}),
        ({"paths": ["~/a"]}, {"paths": ["/a/very/long/path"]}),
        ({"paths": ["~/a"], "regex_priority": 2}, {"paths": ["~/abcdef"], "regex_priority": 1}),
        ({"paths": ["~/a"], "regex_priority": -1}, {"paths": ["/a"], "regex_priority": 9}),
        ({"paths": ["~/abc"]}, {"paths": ["~/ab"]}),
        ({"paths": ["/ab"]}, {"paths": ["/a"], "created_at": -1}),
        ({"paths": ["/a"], "created_at": 1}, {"paths": ["/a"], "created_at": 2}),
        ({"hosts": ["*.test"], "headers": {"x": ["1"], "y": ["1"]}}, {"hosts": ["*.a.test"],
                                                                     "headers": {"x": ["1"]}}),
    ],
)  # fmt: skip
def test_kongs_order_rule_by_rule(first: dict[str, Any], second: dict[str, Any]) -> None:
    fields = {"protocols": ["http", "https"]}
    found = order(route("first", **fields, **first), route("second", **fields, **second))
    assert [name for name, _ in found] == ["first", "second"]


def test_a_route_stands_once_for_each_of_its_paths() -> None:
    found = order(route("a", paths=["/x", "~/z"]), route("b", paths=["/xyz", "/"]))
    assert found == [("a", "~/z"), ("b", "/xyz"), ("a", "/x"), ("b", "/")]


def test_places_of_one_tier_differ_by_the_length_of_a_plain_path_alone() -> None:
    a, b = places([route("a", paths=["/x"], hosts=["a.test"])]), places([route("b", paths=["/"])])
    tiers = {place.tier for place in [*a, *b]}
    assert len(tiers) == 2
    same = places([route("a", paths=["/x", "/xyz", "/"])])
    assert len({place.tier for place in same}) == 1
    assert {len(place.tier) for place in [*same, *a, *b]} == {len(same[0].tier)}
