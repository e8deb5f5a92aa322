from typing import Any

import pytest

from gatepost.model import derived_id
from gatepost.store.flatten import Item, flatten
from gatepost.store.problem import Place
from gatepost.store.references import identify

ID = "11111111-1111-4111-8111-111111111111"


def _identified(**data: Any) -> tuple[dict[Place, Item], dict[Place, str]]:
    told: list[tuple[Place, str]] = []
    items = flatten({"_format_version": "3.0", **data}, told)
    identify(items, told)
    return {item.place: item for item in items}, dict(told)


def test_ids_come_from_names_and_stay() -> None:
    items, _ = _identified(services=[{"name": "a"}, {"name": "b", "id": ID}])
    assert items[("services", 0)].id == derived_id("services", "a")
    assert items[("services", 1)].id == ID


def test_an_unnamed_entry_keeps_its_id_wherever_it_stands() -> None:
    one, _ = _identified(routes=[{"paths": ["/a"]}, {"paths": ["/b"]}])
    two, _ = _identified(routes=[{"paths": ["/b"]}, {"paths": ["/a"]}])
    assert one[("routes", 0)].id == two[("routes", 1)].id
    assert one[("routes", 0)].id != one[("routes", 1)].id


def test_a_plugin_is_known_by_its_name_and_scope() -> None:
    items, _ = _identified(
        services=[{"name": "s", "plugins": [{"name": "p"}]}], plugins=[{"name": "p"}]
    )
    assert items[("services", 0, "plugins", 0)].id == derived_id("plugins", "p:service/s")
    assert items[("plugins", 0)].id == derived_id("plugins", "p")


def test_a_target_has_one_id_with_or_without_the_default_port() -> None:
    items, _ = _identified(
        upstreams=[{"name": "u", "targets": [{"target": "a"}, {"target": "a:8000"}]}]
    )
    ids = {item.id for item in items.values() if item.kind == "targets"}
    assert len(ids) == 1


@pytest.mark.parametrize("reference", ["s", ID, ID.upper(), {"name": "s"}, {"id": ID}], ids=str)
def test_a_reference_is_a_name_or_an_id_or_a_map_of_one(reference: Any) -> None:
    items, told = _identified(
        services=[{"name": "s", "id": ID}], routes=[{"paths": ["/"], "service": reference}]
    )
    assert told == {}
    assert items[("routes", 0)].raw["service"] == ID


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("x", "has the name or id 'x'"),
        ("svc1", "did you mean 'svc'?"),
        (5, "expected a name or an id"),
        ({"nam": "s"}, "expected a map with one of: id, name"),
        ({"id": ID, "name": "svc"}, "expected a map with one of"),
        ({}, "expected a map with one of"),
    ],
)
def test_a_reference_that_leads_nowhere_is_told_once(reference: Any, words: str) -> None:
    items, told = _identified(services=[{"name": "svc"}], routes=[{"service": reference}])
    assert told.keys() == {("routes", 0, "service")}
    assert words in told[("routes", 0, "service")]
    assert items[("routes", 0)].lost


def test_lists_of_references_are_resolved_one_by_one() -> None:
    items, told = _identified(
        ca_certificates=[{"id": ID}], services=[{"name": "s", "ca_certificates": [ID, "x"]}]
    )
    assert items[("services", 0)].raw["ca_certificates"] == [ID]
    assert told.keys() == {("services", 0, "ca_certificates", 1)}


def test_a_nested_entry_may_repeat_its_parent_but_not_name_another() -> None:
    services = [
        {"name": "a", "routes": [{"name": "r", "service": "a"}, {"name": "q", "service": "b"}]},
        {"name": "b"},
    ]
    items, told = _identified(services=services)
    assert told.keys() == {("services", 0, "routes", 1, "service")}
    assert items[("services", 0, "routes", 0)].raw["service"] == items[("services", 0)].id


def test_upstreams_are_found_without_case() -> None:
    _, told = _identified(upstreams=[{"name": "U.x"}], targets=[{"target": "a", "upstream": "u.X"}])
    assert told == {}
