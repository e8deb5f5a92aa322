"""The credentials of one kind that a consumer has: listed, made, taken away."""

from typing import Any

from gatepost.console.admin_api import of
from gatepost.console.collecting import Beginning
from gatepost.console.consumers.words import Credential
from gatepost.console.parts import (
    Column,
    Consequence,
    action,
    ago,
    card,
    confirm,
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
from gatepost.console.parts.form import MASK
from gatepost.console.parts.live import Live
from gatepost.console.parts.sending import Values, given
from gatepost.console.parts.shown_once import show_once
from gatepost.console.view import View, tell


def credentials(view: View, consumer: str, kind: Credential) -> None:
    """Put a card on the page. consumer: its path."""
    path = f"{consumer}/{kind.path}"
    wanted = Beginning(path)
    with card(kind.title):
        prose(kind.about)
        part: Live[Any] = live(
            view,
            lambda: wanted.fetch(view.api),
            lambda page: _draw(view, path, kind, page, wanted, part),
            lines=2,
        )
        with row():
            only_for(
                view,
                "operator",
                action(f"Add: {kind.one}", lambda: _add(view, path, kind, part), icon="add"),
            )


def shown(kind: Credential, one: dict[str, Any]) -> str:
    """Return what tells a credential from others: a hidden key is told by its id."""
    value = one.get(kind.shows)
    return f"hidden ({str(one['id'])[:8]})" if value in (None, MASK) else str(value)


def _draw(
    view: View, path: str, kind: Credential, page: Any, wanted: Beginning, part: Live[Any]
) -> None:
    if not page.items:
        text("None yet.", "quiet")
        return
    listing(
        kind.title,
        [
            Column(kind.one.capitalize(), lambda one: shown(kind, one), kind="mono clip"),
            Column("Made", lambda one: ago(one.get("created_at")), kind="quiet"),
        ],
        page.items,
        actions=lambda one: only_for(
            view,
            "operator",
            icon_button(
                "delete", f"Delete {shown(kind, one)}", _taker(view, path, kind, one, part)
            ),
        ),
    )
    wanted.more(page, lambda: part)


async def _add(view: View, path: str, kind: Credential, part: Live[Any]) -> None:
    blank: dict[str, bool] = {}

    async def send(values: Values) -> Any:
        blank["key"] = not values.get("key")
        return await view.api.post(path, given(values))

    made = await ask_for(view, f"Add: {kind.one}", kind.fields, send, yes="Add it")
    if made is None:
        return
    if kind.shows == "key" and blank["key"]:
        words = "The caller sends it in the header apikey, or in the one that its policy names."
        await show_once("The new API key", words, str(made["key"]))
    else:
        tell("It is added.")
    await part.refresh()


def _taker(view: View, path: str, kind: Credential, one: dict[str, Any], part: Live[Any]) -> Any:
    async def take() -> None:
        name = shown(kind, one)
        if not await confirm(
            f"Delete this {kind.one}?",
            kind.goes,
            yes="Delete it",
            consequences=[Consequence(kind.one, name)],
        ):
            return
        target = f"{path}{of(str(one['id']))}"

        if not await view.did(view.api.delete(target)):
            return
        await part.refresh()
        if not kind.again:
            tell("It is deleted.")
            return

        async def back() -> None:
            await view.api.put(target, {"group": one["group"], "tags": one.get("tags")})
            await part.refresh()

        offer_undo(view, f"{name} is deleted.", back, "It is back.")

    return take
