"""The policies of one service, route or consumer, for the page of that thing."""

from typing import Any

from gatepost.console.admin_api import AdminApi, of
from gatepost.console.parts.bits import badge, empty, prose, row, text
from gatepost.console.parts.buttons import go_button, only_for
from gatepost.console.parts.listing import Column, Row, listing
from gatepost.console.parts.live import Live, live
from gatepost.console.policies.saying import about, title_of
from gatepost.console.searching import page_of
from gatepost.console.view import View

_PATHS = {"service": "services", "route": "routes", "consumer": "consumers"}
_MOST = 100


def policies_of(
    view: View,
    *,
    service: str | None = None,
    route: str | None = None,
    consumer: str | None = None,
) -> Live[dict[str, Any]]:
    """Put the policies of a thing on the page, and a button that adds one. One id is given.

    Of a route, those of its service are shown as well: they apply where it has none of the kind.
    """
    scope = {"service": service, "route": route, "consumer": consumer}
    ((kind, ident),) = [(name, one) for name, one in scope.items() if one is not None]
    add = view.href("/policies/new", **{kind: ident})
    return live(
        view,
        lambda: _fetched(view.api, kind, ident),
        lambda got: _drawn(view, kind, got, add),
        lines=2,
    )


async def _fetched(api: AdminApi, kind: str, ident: str) -> dict[str, Any]:
    own = await api.page(of(_PATHS[kind], ident, "plugins"), size=_MOST)
    got: dict[str, Any] = {"own": own.items, "more": own.next is not None, "around": []}
    if kind == "route":
        around = (await api.get(of("routes", ident))).get("service")
        if around:
            theirs = await api.page(of("services", around["id"], "plugins"), size=_MOST)
            mine = {one["name"] for one in own.items if one["enabled"]}
            got["around"] = [one for one in theirs.items if one["name"] not in mine]
    return got


def _drawn(view: View, kind: str, got: dict[str, Any], add: str) -> None:
    if got["own"]:
        _table(view, f"Policies of this {kind}", got["own"])
        if got["more"]:
            prose(f"Only the first {_MOST} are shown.")
        with row():
            _add(view, add, main=False)
    else:
        with empty(
            f"No policy of its own for this {kind}",
            "A policy decides who may call, for example: only applications with a token of your "
            "identity provider. Without one, what is configured around it applies.",
            icon="policy",
        ):
            _add(view, add, main=True)
    if got["around"]:
        text("Of its service, and so in force here as well", "h3", tag="h3")
        _table(view, "Policies of the service", got["around"])


def _add(view: View, add: str, *, main: bool) -> None:
    only_for(view, "operator", go_button("Add a policy", add, icon="add", main=main))


def _table(view: View, title: str, policies: list[Row]) -> None:
    listing(
        title,
        [
            Column("Policy", title_of, lambda one: view.href(page_of("plugins", one["id"]))),
            Column("What it does", about, kind="quiet"),
            Column("State", _state),
        ],
        policies,
    )


def _state(policy: Row) -> None:
    badge("on", "good") if policy["enabled"] else badge("off", "quiet")
