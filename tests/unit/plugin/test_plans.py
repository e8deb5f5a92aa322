import json
from typing import Any

import pytest

from gatepost.model import Plugin, Route, Service, Snapshot, Unresolved
from gatepost.plugin import Registry, plans_of
from gatepost.values import Fault
from tests.unit.plugin.policies import Key

REGISTRY = Registry([Key(), Key("other", 5)])
ID = "00000000-0000-4000-8000-00000000000{}"


def snapshot(*plugins: dict[str, Any], enabled: bool = True) -> Snapshot:
    return Snapshot(
        services=(Service(id=ID.format(1), name="s", host="a.test", enabled=enabled),),
        routes=(
            Route(id=ID.format(2), name="r", service=ID.format(1), paths=("/a",)),
            Route(id=ID.format(3), name="q", service=ID.format(1), paths=("/b",)),
        ),
        plugins=tuple(
            Plugin(id=ID.format(5 + index), **{"name": "key", **plugin})
            for index, plugin in enumerate(plugins)
        ),
    )


def test_a_route_without_plugins_has_no_plan() -> None:
    found = plans_of(snapshot({"route": ID.format(2)}), REGISTRY, b"s")
    assert found[ID.format(2)] is not None
    assert found[ID.format(3)] is None


def test_a_disabled_plugin_is_no_plan() -> None:
    found = plans_of(snapshot({"enabled": False}), REGISTRY, b"s")
    assert set(found.values()) == {None}


def test_routes_of_a_disabled_service_have_no_plans() -> None:
    assert plans_of(snapshot({}, enabled=False), REGISTRY, b"s") == {}


def test_two_routes_never_share_a_plan() -> None:
    found = plans_of(snapshot({}), REGISTRY, b"s")
    assert len({plan.id for plan in found.values() if plan}) == 2


def test_vault_references_are_resolved_and_part_of_the_id() -> None:
    world = snapshot({"config": {"good": "{vault://env/KEY}"}})
    one, two = (plans_of(world, REGISTRY, b"s", {"KEY": value}.get) for value in ("1", "2"))
    plan, other = one[ID.format(2)], two[ID.format(2)]
    assert plan is not None
    assert other is not None
    assert json.loads(plan.text)["plugins"][0]["config"] == {"good": "1"}
    assert plan.id != other.id


def test_every_reference_without_a_value_is_named() -> None:
    world = snapshot(
        {"config": {"good": "{vault://env/ONE}"}},
        {"name": "other", "config": {"good": "{vault://env/TWO}"}},
    )
    with pytest.raises(Unresolved) as raised:
        plans_of(world, REGISTRY, b"s")
    assert len(raised.value.violations) == 2
    assert "ONE" in str(raised.value)
    assert "TWO" in str(raised.value)


def test_an_unknown_plugin_and_a_consumer_scope_are_refused() -> None:
    with pytest.raises(Fault, match="did you mean key"):
        plans_of(snapshot({"name": "kye"}), REGISTRY, b"s")
    with pytest.raises(Fault, match="scoped to a consumer"):
        plans_of(snapshot({"consumer": ID.format(9)}), REGISTRY, b"s")
