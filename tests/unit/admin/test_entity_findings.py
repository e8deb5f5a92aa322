from typing import Any

from gatepost.admin.entity_findings import of_entities, open_routes
from gatepost.model import Plugin
from tests.unit.store.whole import snapshot_of, uid

SERVICES = [{"id": uid(1), "name": "a", "host": "h"}, {"id": uid(2), "name": "b", "host": "h"}]
ROUTES = [
    {"id": uid(11), "name": "one", "service": uid(1), "paths": ["/1"]},
    {"id": uid(12), "name": "two", "service": uid(1), "paths": ["/2"]},
    {"id": uid(13), "name": "none", "paths": ["/3"]},
]


def none(_: Plugin) -> tuple[str, ...]:
    return ()


def open_with(*plugins: dict[str, Any]) -> list[str | None]:
    made = [{"id": uid(20 + n), "name": f"p{n}", **one} for n, one in enumerate(plugins)]
    snapshot = snapshot_of(
        services=SERVICES,
        routes=ROUTES,
        consumers=[{"id": uid(30), "username": "ann"}],
        plugins=made,
    )
    for route in snapshot.routes:  # the same as what runs when nobody is known
        assert (route in open_routes(snapshot)) == (not snapshot.plugins_for(route))
    return sorted(route.name or "" for route in open_routes(snapshot))


def test_a_route_is_open_when_nothing_applies_to_it() -> None:
    assert open_with() == ["none", "one", "two"]
    assert open_with({"route": uid(11)}) == ["none", "two"]
    assert open_with({"service": uid(1)}) == ["none"]
    assert open_with({"service": uid(1), "route": uid(11)}) == ["none", "two"]
    assert open_with({}) == []
    assert open_with({"enabled": False}) == ["none", "one", "two"]
    assert open_with({"consumer": uid(30)}) == ["none", "one", "two"]


def test_a_route_that_leads_nowhere_is_not_open() -> None:
    off = [{"id": uid(1), "name": "a", "host": "h", "enabled": False}]
    snapshot = snapshot_of(services=off, routes=ROUTES[:2])
    assert list(open_routes(snapshot)) == []


def test_idle_services_and_disabled_plugins_are_hints() -> None:
    snapshot = snapshot_of(
        services=SERVICES,
        routes=ROUTES[:1],
        plugins=[{"id": uid(20), "name": "cors", "service": uid(1), "enabled": False}],
    )
    found = {one.what: one for one in of_entities(snapshot, none)}
    assert found.keys() == {"route.open", "service.without_routes", "plugin.disabled"}
    assert (found["service.without_routes"].id, found["route.open"].id) == (uid(2), uid(11))
    assert found["plugin.disabled"].says == "Plugin cors on service a is disabled."
    assert found["route.open"].level == "warning"
    assert of_entities(snapshot_of(), none) == []


def test_the_same_caution_about_many_plugins_is_one_finding() -> None:
    plugins = [
        {"id": uid(20 + n), "name": "p", "route": uid(11 + n % 3), "instance_name": f"i{n}"}
        for n in range(3)
    ]
    off = {"id": uid(40), "name": "q", "enabled": False}
    more = {"id": uid(41), "name": "q", "service": uid(1)}
    snapshot = snapshot_of(services=SERVICES, routes=ROUTES, plugins=[*plugins, off, more])

    def cautions(plugin: Plugin) -> tuple[str, ...]:
        assert plugin.enabled
        return ("it is weak",)

    found = [one for one in of_entities(snapshot, cautions) if one.what == "plugin.caution"]
    assert [one.name for one in found] == [
        "p on route one", "p on route two", "p on route none", "q on service a",
    ]  # fmt: skip
    assert found[0].says == "Plugin p on route one: it is weak."
