"""Consumer groups: consumers that are treated alike."""

from typing import Any

from gatepost.console.admin_api import of
from gatepost.console.collecting import Beginning
from gatepost.console.page import Page
from gatepost.console.parts import (
    Column,
    Field,
    card,
    empty,
    listing,
    live,
    moment,
    only_for,
    primary,
    toolbar,
)
from gatepost.console.parts.asking_for import ask_for
from gatepost.console.parts.live import Live
from gatepost.console.parts.sending import Values, given
from gatepost.console.view import View

FIELDS = (Field("name", "Name", required=True), Field("tags", "Tags", "words"))
_WHY = "A group holds consumers that are treated alike, such as all partners or one plan."


async def build(view: View) -> None:
    """Put the page together."""
    with toolbar("Groups", "Consumers that belong together."):
        only_for(view, "operator", primary("Make a group", lambda: _add(view), icon="add"))
    wanted = Beginning("/consumer_groups")
    part: Live[Any] = live(
        view, lambda: wanted.fetch(view.api), lambda got: _draw(view, got, wanted, part)
    )


def _draw(view: View, page: Any, wanted: Beginning, part: Live[Any]) -> None:
    if not page.items:
        with empty("No group yet", _WHY, icon="groups"):
            only_for(view, "operator", primary("Make the first", lambda: _add(view), icon="add"))
        return
    with card(kind="gp-list"):
        listing(
            "Consumer groups",
            [
                Column(
                    "Name", lambda one: one["name"], lambda one: _page(view, one), "strong clip"
                ),
                Column("Tags", lambda one: ", ".join(one.get("tags") or ()) or "\N{EN DASH}"),
                Column("Made", lambda one: moment(one.get("created_at")), kind="quiet number"),
            ],
            page.items,
        )
    wanted.more(page, lambda: part)


def _page(view: View, one: dict[str, Any]) -> str:
    return view.href(f"/consumer-groups{of(str(one['id']))}")


async def _add(view: View) -> None:
    async def send(values: Values) -> Any:
        return await view.api.post("/consumer_groups", given(values))

    made = await ask_for(view, "Make a group", FIELDS, send, yes="Make it", words=_WHY)
    if made is not None:
        view.go(f"/consumer-groups{of(str(made['id']))}")


PAGES = (Page("/consumer-groups", "Groups", build, icon="groups", group="Who calls", order=20),)
