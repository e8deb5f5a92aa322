import pytest

from gatepost.explaining import lone_plan
from gatepost.model import Plugin, Unresolved
from gatepost.plugin import installed
from gatepost.values import Fault
from tests.unit.explaining.grounds import API, bearer, ground, ident, route

NAME = "openid-connect"
AT = route(2, "/one")


def plugin(number: int, config: dict[str, object] | None = None, **more: object) -> Plugin:
    config = bearer() if config is None else config
    return Plugin(id=ident(number), name=NAME, config=config, **more)  # type: ignore[arg-type]


def test_only_what_reaches_the_route_goes_into_its_plan() -> None:
    bad = plugin(21, {"issuer": 7}, route=ident(3))
    own, everywhere = plugin(22, route=AT.id), plugin(23)
    one = ground(bad, own, everywhere)
    found = lone_plan(one.snapshot, AT, installed(), {}).plan
    assert found is not None
    assert [link.instance for link in found.chain.links] == [own.id]
    assert found.route == AT.id
    other = lone_plan(one.snapshot, AT, installed(), {}, (everywhere,)).plan
    assert other is not None
    assert [link.instance for link in other.chain.links] == [everywhere.id]


def test_a_route_without_policy_has_no_plan() -> None:
    off = plugin(22, service=API, enabled=False)
    assert lone_plan(ground(off).snapshot, AT, installed(), {}).plan is None
    assert lone_plan(ground().snapshot, AT, installed(), {}).plan is None


def test_a_variable_that_is_not_here_is_told_and_stands_for_something() -> None:
    config = bearer(client_id=["a"], client_secret=["{vault://env/idp-secret}"])
    snapshot = ground(plugin(22, config)).snapshot
    assert lone_plan(snapshot, AT, installed(), {}).unresolved == ("IDP_SECRET",)
    known = lone_plan(snapshot, AT, installed(), {"IDP_SECRET": "hush"})
    assert known.unresolved == ()
    assert "hush" not in repr(known)
    inside = bearer(client_id=["a"], client_secret=["{vault://env/idp/secret}"])
    found = lone_plan(ground(plugin(22, inside)).snapshot, AT, installed(), {})
    assert (found.plan is not None, found.unresolved) == (True, ("IDP",))
    with pytest.raises(Unresolved):
        lone_plan(ground(plugin(22, inside)).snapshot, AT, installed(), {"IDP": "no JSON"})


def test_a_plan_that_cannot_be_built_is_the_operators_fault() -> None:
    with pytest.raises(Fault, match=r"plan\.invalid"):
        lone_plan(ground(plugin(22, {"issuer": 7})).snapshot, AT, installed(), {})
