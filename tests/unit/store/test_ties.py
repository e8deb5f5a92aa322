from typing import Any

from hypothesis import given, settings

from gatepost.model import Route, Snapshot
from gatepost.store.ties import aged, marks, settled, twins
from tests.unit.store.whole import snapshots, uid


def _route(number: int, made: int = 0, **fields: Any) -> Route:
    return Route.model_validate({"id": uid(number), "created_at": made, **fields})


def test_routes_with_other_paths_hosts_or_methods_never_tie() -> None:
    first = set(marks(_route(1, paths=["/a"], methods=["GET"], hosts=["x.test"])))
    for other in (
        {"paths": ["/b"], "methods": ["GET"], "hosts": ["x.test"]},
        {"paths": ["/a"], "methods": ["PUT"], "hosts": ["x.test"]},
        {"paths": ["/a"], "methods": ["GET"], "hosts": ["y.test"]},
        {"paths": ["/a"], "methods": ["GET"]},
    ):
        assert first.isdisjoint(marks(_route(2, **other)))


def test_routes_that_one_request_may_fit_equally_well_share_a_mark() -> None:
    for one, other in (
        ({"paths": ["/a", "/b"]}, {"paths": ["/b"]}),
        ({"paths": ["~/a"]}, {"paths": ["~/."]}),
        ({"hosts": ["*.a.test"]}, {"hosts": ["x.*"]}),
        ({"headers": {"x": ["1"]}}, {"headers": {"y": ["1"]}}),
        ({"snis": ["a.test"]}, {"snis": ["b.test"]}),
    ):
        pair = [set(marks(_route(n, **each))) for n, each in enumerate((one, other))]
        assert pair[0] & pair[1], (one, other)


def test_ages_settle_an_order_or_not() -> None:
    older, younger = _route(1, 5, paths=["/"]), _route(2, 6, paths=["/"])
    assert settled([older, younger])
    assert not settled([younger, older])
    assert settled([younger, _route(1, 5, paths=["/x"])])


def test_twins_are_of_one_second() -> None:
    routes = [_route(1, 5, paths=["/"]), _route(2, 5, paths=["/"]), _route(3, 6, paths=["/"])]
    assert twins(routes) == {uid(1), uid(2)}


def test_a_route_before_an_older_one_makes_that_one_younger() -> None:
    routes = [_route(9, 7, paths=["/"]), _route(1, 5, paths=["/"]), _route(3, 5, paths=["/x"])]
    assert [route.created_at for route in aged(routes)] == [7, 8, 5]
    assert [route.created_at for route in aged(routes, {uid(1)})] == [7, 5, 5]


@settings(deadline=None, max_examples=40)
@given(snapshots())
def test_after_ageing_the_order_is_settled_and_ageing_again_changes_nothing(
    snapshot: Snapshot,
) -> None:
    routes = aged(reversed(snapshot.routes))
    assert settled(routes)
    assert aged(routes) == routes
