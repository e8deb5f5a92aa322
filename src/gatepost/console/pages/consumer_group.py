"""One consumer group: who is in it."""

from typing import Any

from gatepost.console.admin_api import of
from gatepost.console.consumers import called, members_of
from gatepost.console.page import Page
from gatepost.console.pages.consumer_groups import FIELDS
from gatepost.console.parts import Consequence, action, confirm, only_for, toolbar
from gatepost.console.parts.editing import edited
from gatepost.console.parts.saving import Held
from gatepost.console.view import View


async def build(view: View) -> None:
    """Put the page together. Raises Gone where there is no such group."""
    path = f"/consumer_groups{of(view.params['group'])}"
    got, headers = await view.api.exchange("GET", path, query={"list_consumers": "false"})
    group = got["consumer_group"]
    held = Held(view, path, group, headers.get("ETag"))
    tags = ", ".join(group.get("tags") or ())
    with toolbar(str(group["name"]), f"A consumer group{': ' + tags if tags else ''}"):
        only_for(
            view,
            "operator",
            action("Change", lambda: _change(view, held), icon="edit"),
        )
        only_for(view, "operator", action("Delete", lambda: _delete(view, path, group), bad=True))
    members_of(view, path)


async def _change(view: View, held: Held) -> None:
    if await edited(held, f"Change {held.value['name']}", FIELDS):
        view.go(f"/consumer-groups{of(held.id)}")


async def _delete(view: View, path: str, group: dict[str, Any]) -> None:
    members = await view.tried(view.api.page(f"{path}/consumers", size=1000))
    if members is None:
        return
    if await confirm(
        f"Delete {group['name']}?",
        "Its members stay; they are in this group no more.",
        yes="Delete it",
        consequences=[Consequence("membership of", called(one)) for one in members.items],
    ) and await view.did(view.api.delete(path), done=f"{group['name']} is deleted."):
        view.go("/consumer-groups")


PAGES = (Page("/consumer-groups/{group}", "Consumer group", build, within="/consumer-groups"),)
