from typing import Any

from gatepost.model import KINDS, Snapshot, derived_id


def _snapshot(**kinds: list[dict[str, Any]]) -> Snapshot:
    return Snapshot(
        **{  # type: ignore[arg-type]
            kind: tuple(
                KINDS[kind].model_validate({"id": derived_id(kind, str(number)), **entity})
                for number, entity in enumerate(entities)
            )
            for kind, entities in kinds.items()
        }
    )


def _said(**kinds: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    found = _snapshot(**kinds).consistent()
    return [(each.kind, each.field, each.message) for each in found]


NOWHERE = derived_id("services", "nowhere")
ROUTE, SERVICE = derived_id("routes", "0"), derived_id("services", "0")


def test_what_fits_together_says_nothing() -> None:
    assert _said(services=[{"host": "a"}], routes=[{"service": SERVICE, "paths": ["/"]}]) == []


def test_every_reference_must_lead_somewhere() -> None:
    said = _said(
        services=[{"host": "a", "protocol": "https", "client_certificate": NOWHERE,
                   "ca_certificates": [NOWHERE]}],
        routes=[{"service": NOWHERE, "paths": ["/"]}],
        targets=[{"target": "a", "upstream": NOWHERE}],
        snis=[{"name": "a", "certificate": NOWHERE}],
        plugins=[{"name": "a", "service": NOWHERE}, {"name": "a", "route": NOWHERE},
                 {"name": "a", "consumer": NOWHERE}],
    )  # fmt: skip
    assert sorted((kind, field) for kind, field, _ in said) == [
        ("plugins", "consumer"), ("plugins", "route"), ("plugins", "service"),
        ("routes", "service"), ("services", "ca_certificates"), ("services", "client_certificate"),
        ("snis", "certificate"), ("targets", "upstream"),
    ]  # fmt: skip


def test_names_are_unique_and_upstreams_compare_without_case() -> None:
    upstream = derived_id("upstreams", "0")
    said = _said(
        services=[{"host": "a", "name": "x"}, {"host": "b", "name": "x"}, {"host": "c"}],
        routes=[{"paths": ["/"], "name": "x"}, {"paths": ["/"], "name": "x"}],
        upstreams=[{"name": "u"}, {"name": "U"}],
        targets=[{"target": "a", "upstream": upstream}, {"target": "a:8000", "upstream": upstream}],
        consumers=[{"username": "x"}, {"username": "x"}, {"custom_id": "x"}, {"custom_id": "x"}],
        vaults=[{"prefix": "my", "name": "env"}, {"prefix": "my", "name": "env"}],
    )  # fmt: skip
    assert sorted((kind, field) for kind, field, _ in said) == [
        ("consumers", "custom_id"), ("consumers", "username"), ("routes", "name"),
        ("services", "name"), ("targets", "target"), ("upstreams", "name"), ("vaults", "prefix"),
    ]  # fmt: skip


def test_ids_are_unique_within_a_kind() -> None:
    said = _said(routes=[{"paths": ["/"]}, {"paths": ["/x"], "id": ROUTE}])
    assert [(kind, field) for kind, field, _ in said] == [("routes", "id")]


def test_a_plugin_is_configured_once_for_each_scope() -> None:
    routes: list[dict[str, Any]] = [{"paths": ["/"]}]
    plugins: list[dict[str, Any]] = [{"name": "a"}, {"name": "a", "route": ROUTE}, {"name": "b"}]
    assert _said(routes=routes, plugins=plugins) == []
    assert _said(routes=routes, plugins=[*plugins, {"name": "a", "route": ROUTE}]) == [
        ("plugins", "name", "the plugin 'a' is configured twice for the same scope")
    ]


def test_instance_names_are_unique() -> None:
    plugins = [{"name": "a", "instance_name": "x"}, {"name": "b", "instance_name": "x"}]
    assert [field for _, field, _ in _said(plugins=plugins)] == ["instance_name"]


def test_a_plugin_whose_route_leads_elsewhere_would_never_run() -> None:
    said = _said(
        services=[{"host": "a"}],
        routes=[{"paths": ["/"]}],
        plugins=[{"name": "a", "route": ROUTE, "service": SERVICE}],
    )
    assert [field for _, field, _ in said] == ["service"]


def test_a_plugin_covers_the_protocols_of_every_route_in_reach() -> None:
    routes: list[dict[str, Any]] = [
        {"paths": ["/"], "service": SERVICE, "protocols": ["https"]},
        {"paths": ["/g"], "protocols": ["grpc"]},
    ]
    for scope, protocols, fine in (
        ({"route": ROUTE}, ["https"], True),
        ({"service": SERVICE}, ["https"], True),
        ({}, ["https", "grpc"], True),
        ({}, ["https"], False),
        ({"route": ROUTE}, ["http"], False),
        ({"service": SERVICE}, ["http"], False),
    ):
        said = _said(
            services=[{"host": "a"}],
            routes=routes,
            plugins=[{"name": "a", "protocols": protocols, **scope}],
        )
        assert (said == []) is fine, (scope, protocols)
        assert fine or "not supported yet" in said[0][2]
