from typing import Any

import pytest

from gatepost.store.flatten import Item, flatten
from gatepost.store.problem import Place


def _flat(**data: Any) -> tuple[list[Item], list[tuple[Place, str]]]:
    told: list[tuple[Place, str]] = []
    items = flatten({"_format_version": "3.0", **data}, told)
    return items, told


def test_nested_entries_know_where_they_stood_and_in_what() -> None:
    plugin = {"name": "p"}
    items, told = _flat(
        services=[{"host": "a", "routes": [{"paths": ["/"], "plugins": [plugin]}]}],
        upstreams=[{"name": "u", "targets": [{"target": "a"}]}],
        certificates=[{"snis": ["a.com", {"name": "b.com"}]}],
    )
    assert told == []
    by_place = {item.place: item for item in items}
    inner = by_place[("services", 0, "routes", 0, "plugins", 0)]
    assert inner.kind == "plugins"
    assert inner.parent == ("route", by_place[("services", 0, "routes", 0)])
    assert by_place[("services", 0)].raw == {"host": "a"}
    assert by_place[("certificates", 0, "snis", 0)].raw == {"name": "a.com"}
    assert by_place[("upstreams", 0, "targets", 0)].parent is not None


def test_routes_are_numbered_in_the_order_of_the_file() -> None:
    items, _ = _flat(
        routes=[{"name": "a"}, {"name": "b", "created_at": 1700000000}],
        services=[{"routes": [{"name": "c"}]}],
    )
    routes = {item.raw["name"]: item.raw["created_at"] for item in items if item.kind == "routes"}
    assert routes == {"a": 1, "b": 1700000000, "c": 3}


def test_what_is_given_is_not_changed() -> None:
    service = {"host": "a", "routes": [{"paths": ["/"]}]}
    _flat(services=[service])
    assert service == {"host": "a", "routes": [{"paths": ["/"]}]}


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ({"services": {}}, ("services",)),
        ({"services": ["x"]}, ("services", 0)),
        ({"services": [{"routes": 5}]}, ("services", 0, "routes")),
        ({"servicse": []}, ("servicse",)),
        ({"partials": [{"name": "g"}]}, ("partials",)),
        ({"jwt_secrets": [{"key": "k"}]}, ("jwt_secrets",)),
        ({"_plugin_configs": {"x": {}}}, ("_plugin_configs",)),
        ({"_info": {"defaults": {"route": {"strip_path": False}}}}, ("_info", "defaults")),
        ({"_info": 5}, ("_info",)),
        ({"_workspace": "team"}, ("_workspace",)),
        ({"_transform": "x"}, ("_transform",)),
        ({"_format_version": "2.1"}, ("_format_version",)),
        ({"_format_version": "4"}, ("_format_version",)),
        ({"_format_version": None}, ()),
    ],
)
def test_what_is_out_of_shape_is_told(data: dict[str, Any], place: Place) -> None:
    _, told = _flat(**data)
    assert [at for at, _ in told] == [place]


def test_comments_and_empty_things_of_later_are_accepted() -> None:
    items, told = _flat(
        _comment="x", _ignore=[1], _transform=True, _workspace="default", services=None,
        _info={"select_tags": ["a"], "defaults": {}}, partials=[], _format_version=3.0,
        routes=[{"name": "a", "_comment": "x", "_ignore": [1]}],
    )  # fmt: skip
    assert told == []
    assert items[0].raw == {"name": "a", "created_at": 1}


@pytest.mark.parametrize("data", [None, [], "text", 5])
def test_a_file_is_a_map(data: Any) -> None:
    told: list[tuple[Place, str]] = []
    assert flatten(data, told) == []
    assert len(told) == 1


def test_the_groups_of_a_consumer_are_written_as_names_or_as_deck_writes_them() -> None:
    items, told = _flat(
        _format_version="3.0",
        consumers=[{"username": "ann", "groups": ["gold", {"name": "staff", "tags": ["a"]}]}],
    )
    assert told == []
    assert [(item.kind, item.raw) for item in items[1:]] == [
        ("consumer_group_consumers", {"consumer_group": "gold"}),
        ("consumer_group_consumers", {"consumer_group": "staff", "tags": ["a"]}),
    ]
