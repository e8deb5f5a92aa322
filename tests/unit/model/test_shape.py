import pytest

from gatepost.model import CATALOG, KINDS, Upstream
from gatepost.model.shape import from_kong, to_kong
from tests.unit.model.saying import ID, OTHER


def test_references_are_maps_there_and_ids_here() -> None:
    route = KINDS["routes"].model_validate({"id": ID, "service": OTHER, "paths": ["/a"]})
    shown = to_kong("routes", route.model_dump(mode="json"))
    assert shown["service"] == {"id": OTHER}
    assert from_kong("routes", shown)["service"] == OTHER
    assert from_kong("routes", {"service": {"name": "billing"}})["service"] == {"name": "billing"}
    both = {"service": {"id": OTHER, "name": "billing"}}
    assert from_kong("routes", both)["service"] == OTHER


def test_what_is_not_set_is_null() -> None:
    shown = to_kong(
        "routes", KINDS["routes"].model_validate({"id": ID, "paths": ["/"]}).model_dump()
    )
    assert (shown["hosts"], shown["tags"], shown["service"]) == (None, None, None)
    assert shown["paths"] == ["/"]
    assert "expression" not in shown


def test_an_answer_can_be_sent_back_as_it_is() -> None:
    upstream = Upstream(id=ID, name="orders")
    shown = to_kong("upstreams", upstream.model_dump(mode="json"))
    assert shown["healthchecks"]["active"]["healthy"]["http_statuses"] == [200, 302]
    assert Upstream.model_validate(from_kong("upstreams", shown)) == upstream


def test_the_configuration_of_a_plugin_is_passed_through() -> None:
    plugin = KINDS["plugins"].model_validate({"id": ID, "name": "acl", "config": {"allow": []}})
    assert to_kong("plugins", plugin.model_dump())["config"] == {"allow": []}


@pytest.mark.parametrize("kind", CATALOG)
def test_nothing_that_an_entity_holds_is_forgotten(kind: str) -> None:
    assert set(CATALOG[kind].entity.model_fields) <= set(to_kong(kind, {}))
