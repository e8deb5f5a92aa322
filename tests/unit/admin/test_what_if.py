from typing import Any

import pytest

from gatepost.admin.problem import Refused
from gatepost.admin.what_if import MOST, Wish, supposed_plugins
from gatepost.model import Plugin, Route, Service, Snapshot
from gatepost.plugin import installed
from tests.unit.admin.test_login import ISSUER

SERVICE = Service(id="00000000-0000-0000-0000-000000000001", name="api", host="h")
ROUTE = Route(
    id="00000000-0000-0000-0000-000000000002", name="one", service=SERVICE.id, paths=("/",)
)
CONFIG = {"issuer": ISSUER, "client_id": ["gateway"], "client_secret": ["hush"]}
PLUGIN = Plugin(
    id="00000000-0000-0000-0000-000000000003", name="openid-connect", route=ROUTE.id, config=CONFIG
)
SNAPSHOT = Snapshot(services=(SERVICE,), routes=(ROUTE,), plugins=(PLUGIN,))


def supposed(*wishes: Wish, may_move: bool = False) -> dict[str, Any]:
    found = supposed_plugins(SNAPSHOT, installed(), wishes, may_move=may_move)
    return {one.id: one for one in found}


def test_a_change_is_merged_into_what_is_stored_and_changes_nothing_there() -> None:
    by_id = Wish(id=PLUGIN.id, config={"scopes_required": ["a"]})
    by_scope = Wish(name="openid-connect", route="one", config={"scopes_required": ["a"]})
    for wish in (by_id, by_scope):
        one = supposed(wish)[PLUGIN.id]
        assert one.config == {**CONFIG, "scopes_required": ["a"]}
    assert PLUGIN.config == CONFIG


def test_one_is_disabled_or_added() -> None:
    assert not supposed(Wish(id=PLUGIN.id, enabled=False))[PLUGIN.id].enabled
    found = supposed(Wish(name="openid-connect", service="api", config={"issuer": ISSUER}))
    (added,) = (one for one in found.values() if one.id != PLUGIN.id)
    assert (added.service, added.route, added.config) == (SERVICE.id, None, {"issuer": ISSUER})


def test_a_secret_does_not_follow_a_supposed_endpoint() -> None:
    moved = Wish(id=PLUGIN.id, config={"token_endpoint": "https://else.example/t"})
    with pytest.raises(Refused, match="sent elsewhere"):
        supposed(moved)
    assert supposed(moved, may_move=True)[PLUGIN.id].config["client_secret"] == ["hush"]


@pytest.mark.parametrize(
    "wish",
    [
        Wish(),
        Wish(id="nobody"),
        Wish(name="no-such"),
        Wish(name="openid-connect", route="nowhere"),
        Wish(name="openid-connect", service="nobody"),
        Wish(id=PLUGIN.id, config={"issuer": 7}),
        Wish(id=PLUGIN.id, config={"colour": "red"}),
        Wish(id=PLUGIN.id, config={"client_secret": ["{vault://none/x}"]}),
    ],
)
def test_what_could_not_be_written_cannot_be_supposed(wish: Wish) -> None:
    with pytest.raises(Refused) as raised:
        supposed(wish)
    assert raised.value.status == 400
    assert "hush" not in str(raised.value.body)


def test_only_some_are_supposed_at_once() -> None:
    with pytest.raises(Refused):
        supposed(*[Wish(id=PLUGIN.id)] * (MOST + 1))
