import json

import pytest

from gatepost.plugin import (
    Attribute,
    Limits,
    PlanDefinition,
    Registry,
    bind,
    content,
    installed,
    plan_id,
)
from gatepost.plugin.plugin import Bound, Site
from gatepost.values import Fault
from tests.unit.plugin.policies import Doing, Key, NoConfig

FIRST, SECOND = Key("first", 1010), Key("second", 1005)
REGISTRY = Registry([SECOND, Doing(lambda *_: None, never="because"), FIRST])


def definition(*names: str, secret: bytes = b"s", **more: object) -> PlanDefinition:
    configs = more.pop("configs", {})
    instances = [
        {"name": name, "instance": name, "config": configs.get(name, {})}  # type: ignore[attr-defined]
        for name in names
    ]
    return PlanDefinition.of(content(route="r", plugins=instances, **more), secret)  # type: ignore[arg-type]


def test_plugins_run_by_priority() -> None:
    plan = bind(definition("doing", "second", "first"), REGISTRY)
    assert [link.name for link in plan.chain.links] == ["first", "second", "doing"]


def test_attributes_are_each_there_once_and_single_wins_over_several() -> None:
    configs = {"first": {"place": "headers:a"}, "second": {"place": "header:a"}}
    plan = bind(definition("first", "second", configs=configs), REGISTRY)
    assert plan.attributes == (Attribute("header", "a"),)


def test_the_id_depends_on_everything_and_on_the_secret() -> None:
    made = [
        definition("first"),
        definition("first", secret=b"t"),
        definition("second"),
        definition("first", "second"),
        definition("first", configs={"first": {"good": "x"}}),
        definition("first", service="s"),
        definition("first", protocols=("http",)),
        definition("first", facts={"a": 1}),
        definition("first", certificates={"a": ("b", "c")}),
        definition("first", limits=Limits(remember=10)),
        definition("first", limits=Limits(refusal=1)),
    ]
    assert len({one.id for one in made}) == len(made)
    assert definition("first").id == definition("first").id == plan_id(made[0].text, b"s")


def test_a_definition_shows_no_secret() -> None:
    assert "canary" not in repr(definition("first", configs={"first": {"good": "canary"}}))


def test_a_plan_knows_the_secrets_of_its_configuration_and_shows_none() -> None:
    config = {"issuer": "https://idp", "client_id": ["c"], "client_secret": ["canary-secret"]}
    plan = bind(definition("openid-connect", configs={"openid-connect": config}), installed())
    assert "canary-secret" in plan.secrets
    assert "canary-secret" not in repr(plan)


def test_a_plan_that_is_never_remembered_tells_the_engine() -> None:
    plan = bind(definition("first", "doing"), REGISTRY)
    assert (plan.remember, plan.never) == (False, ("doing: because",))
    assert bind(definition("first"), REGISTRY).remember


def test_the_engine_waits_longer_than_an_evaluation_takes() -> None:
    plan = bind(definition("first"), REGISTRY)
    assert plan.patience > plan.deadline >= 2


def test_nobody_waits_longer_than_the_engines_timers_can() -> None:
    class Slow(Doing):
        def bind(self, config: NoConfig, site: Site) -> Bound:
            bound = super().bind(config, site)
            bound.patience = 1e12
            return bound

    plan = bind(definition("doing"), Registry([Slow(lambda *_: None)]))
    assert (plan.patience + 1) * 1000 < 2**31


@pytest.mark.parametrize(
    ("configs", "names", "told"),
    [
        ({"first": {"god": "x"}}, ("first",), "config.god: unknown field, did you mean good?"),
        ({}, ("frist",), "did you mean first?"),
    ],
)
def test_what_cannot_be_bound_is_a_fault_of_the_operator(
    configs: dict[str, object], names: tuple[str, ...], told: str
) -> None:
    with pytest.raises(Fault) as raised:
        bind(definition(*names, configs=configs), REGISTRY)
    assert told in raised.value.message


def test_a_definition_of_another_version_is_refused() -> None:
    made = definition("first")
    other = PlanDefinition.of(json.loads(made.text) | {"code": "0"}, b"s")
    with pytest.raises(Fault, match="version 0"):
        bind(other, REGISTRY)


def test_a_configured_identity_header_may_not_be_one_of_the_gateways() -> None:
    class Naming(Key):
        def bind(self, config, site):  # type: ignore[no-untyped-def]
            bound = super().bind(config, site)
            bound.identity_headers = (config.good,)
            return bound

    registry = Registry([Naming("first", 1)])
    good = bind(definition("first", configs={"first": {"good": "X-Email"}}), registry)
    assert good.identity_headers == ("x-email",)
    with pytest.raises(Fault, match="choose another header name"):
        bind(definition("first", configs={"first": {"good": "x-consumer-ID"}}), registry)
