"""Who is in which group, seen and changed from either end."""

from dataclasses import dataclass
from typing import Any

from gatepost.console.admin_api import of
from gatepost.console.collecting import Beginning
from gatepost.console.consumers.words import called
from gatepost.console.parts import (
    Column,
    Field,
    action,
    card,
    icon_button,
    listing,
    live,
    offer_undo,
    only_for,
    prose,
    row,
    text,
)
from gatepost.console.parts.asking_for import ask_for
from gatepost.console.parts.live import Live
from gatepost.console.parts.sending import Values
from gatepost.console.searching import page_of
from gatepost.console.view import View


@dataclass(frozen=True, slots=True)
class End:
    """One end. word: of the other one in a body; kind: of its page; below: its path here."""

    title: str
    about: str
    add: str
    word: str
    kind: str
    below: str

    def name(self, one: dict[str, Any]) -> str:
        """Return what the other one is called."""
        return called(one) if self.word == "consumer" else str(one.get("name") or one["id"])


GROUPS = End(
    "Consumer groups",
    "Groups that it belongs to, such as plans or partners.",
    "Add to a group",
    "group",
    "consumer_groups",
    "consumer_groups",
)
MEMBERS = End(
    "Members",
    "The consumers in this group.",
    "Add a consumer",
    "consumer",
    "consumers",
    "consumers",
)


def groups_of(view: View, consumer: str) -> None:
    """Put the groups of a consumer on the page. consumer: its path."""
    _card(view, consumer, GROUPS)


def members_of(view: View, group: str) -> None:
    """Put the members of a group on the page. group: its path."""
    _card(view, group, MEMBERS)


def _card(view: View, near: str, end: End) -> None:
    path = f"{near}/{end.below}"
    wanted = Beginning(path)
    with card(end.title):
        prose(end.about)
        part: Live[Any] = live(
            view,
            lambda: wanted.fetch(view.api),
            lambda page: _draw(view, path, end, page, wanted, part),
            lines=2,
        )
        with row():
            only_for(
                view,
                "operator",
                action(end.add, lambda: _add(view, path, end, part), icon="add"),
            )


def _draw(view: View, path: str, end: End, page: Any, wanted: Beginning, part: Live[Any]) -> None:
    if not page.items:
        text("None yet.", "quiet")
        return
    listing(
        end.title,
        [
            Column(
                "Name", end.name, lambda one: view.href(page_of(end.kind, str(one["id"]))), "clip"
            )
        ],
        page.items,
        actions=lambda one: only_for(
            view,
            "operator",
            icon_button(
                "person_remove",
                f"Take {end.name(one)[:80]} out",
                lambda: _take_out(view, path, end, one, part),
            ),
        ),
    )
    wanted.more(page, lambda: part)


async def _add(view: View, path: str, end: End, part: Live[Any]) -> None:
    got = await view.tried(view.api.page(f"/{end.kind}", size=200))
    names = {} if got is None else {str(one["id"]): end.name(one) for one in got.items}
    if got is not None and got.next is None and names:
        field = Field(end.word, end.word.capitalize(), "choice", required=True, options=names)
    else:  # more than a list can show: by name
        field = Field(end.word, end.word.capitalize(), required=True, help="Its name or id.")

    async def send(values: Values) -> Any:
        return await view.api.post(path, values)

    if await ask_for(view, end.add, (field,), send, yes="Add it") is not None:
        await part.refresh()


async def _take_out(view: View, path: str, end: End, one: dict[str, Any], part: Live[Any]) -> None:
    """Take it out at once: it can be put back by a click."""

    async def back() -> None:
        await view.api.post(path, {end.word: str(one["id"])})
        await part.refresh()

    if await view.did(view.api.delete(f"{path}{of(str(one['id']))}")):
        await part.refresh()
        offer_undo(view, f"{end.name(one)} is out.", back, f"{end.name(one)} is back.")
