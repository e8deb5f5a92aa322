"""Vaults, where references find their values, and keys with the sets that they stand in."""

from dataclasses import dataclass
from typing import Any

from gatepost.console.admin_api import of
from gatepost.console.collecting import Beginning
from gatepost.console.page import Page
from gatepost.console.parts import (
    Column,
    Consequence,
    Field,
    action,
    card,
    confirm,
    go_button,
    icon_button,
    listing,
    live,
    nested,
    only_for,
    prose,
    row,
    text,
    toolbar,
)
from gatepost.console.parts.asking_for import ask_for
from gatepost.console.parts.live import Live
from gatepost.console.parts.sending import Values, given
from gatepost.console.view import View, tell


@dataclass(frozen=True, slots=True)
class Sort:
    """One kind. path: of the Admin API; shows: fields of the table. fixed: of each new one."""

    title: str
    one: str
    path: str
    about: str
    goes: str
    shows: tuple[tuple[str, str], ...]
    fields: tuple[Field, ...]
    fixed: tuple[tuple[str, str], ...] = ()


SORTS = (
    Sort(
        "Vaults",
        "vault",
        "/vaults",
        "Where a reference such as {vault://mine/client-secret} finds its value: in the variables "
        "of each node's environment. {vault://env/…} works without one.",
        "Policies and certificates with references through it stop being valid.",
        (("Prefix", "prefix"), ("Kind", "name"), ("Description", "description")),
        (
            Field("prefix", "Prefix", required=True, help="In references: {vault://prefix/name}"),
            Field("config.prefix", "Variables begin with", placeholder="GATE_"),
            Field("description", "Description"),
            Field("tags", "Tags", "words"),
        ),
        (("name", "env"),),
    ),
    Sort(
        "Keys",
        "key",
        "/keys",
        "Keys that policies use by name. What is secret of them is never shown.",
        "Policies that use it stop working.",
        (("Key id", "kid"), ("Name", "name")),
        (
            Field("kid", "Key id (kid)", required=True),
            Field("name", "Name"),
            Field("jwk", "JSON Web Key", "area", placeholder='{"kty": "EC", …}'),
            Field("pem.public_key", "Or public key (PEM)", "area"),
            Field("pem.private_key", "And private key (PEM)", "area"),
            Field("set.name", "Key set", help="Its name; empty for none."),
            Field("tags", "Tags", "words"),
        ),
    ),
    Sort(
        "Key sets",
        "key set",
        "/key-sets",
        "Keys that are named together.",
        "Its keys go with it.",
        (("Name", "name"),),
        (Field("name", "Name", required=True), Field("tags", "Tags", "words")),
    ),
)


async def build(view: View) -> None:
    """Put the page together."""
    with toolbar("Vaults and keys", "Where secrets come from, and keys that policies name."):
        go_button("Settings", view.href("/settings"), icon="arrow_back")
    for sort in SORTS:
        _card(view, sort)


def _card(view: View, sort: Sort) -> None:
    wanted = Beginning(sort.path)
    with card(sort.title):
        prose(sort.about)
        part: Live[Any] = live(
            view,
            lambda: wanted.fetch(view.api),
            lambda page: _draw(view, sort, page, wanted, part),
            lines=1,
        )
        with row():
            only_for(
                view,
                "operator",
                action(f"Add a {sort.one}", lambda: _add(view, sort, part), icon="add"),
            )


def called(sort: Sort, one: dict[str, Any]) -> str:
    """Return what to call one of them."""
    first = (one.get(field) for _, field in sort.shows)
    return str(next((value for value in first if value), one["id"]))


def _draw(view: View, sort: Sort, page: Any, wanted: Beginning, part: Live[Any]) -> None:
    if not page.items:
        text("None yet.", "quiet")
        return

    def column(title: str, field: str) -> Column:
        return Column(title, lambda one: one.get(field) or "\N{EN DASH}", kind="clip")

    listing(
        sort.title,
        [column(*one) for one in sort.shows],
        page.items,
        actions=lambda one: only_for(
            view,
            "operator",
            icon_button(
                "delete", f"Delete {called(sort, one)}", lambda: _delete(view, sort, one, part)
            ),
        ),
    )
    wanted.more(page, lambda: part)


async def _add(view: View, sort: Sort, part: Live[Any]) -> None:
    async def send(values: Values) -> Any:
        return await view.api.post(sort.path, nested(given(values)) | dict(sort.fixed))

    if await ask_for(view, f"Add a {sort.one}", sort.fields, send, yes="Add it") is not None:
        tell("It is added.")
        await part.refresh()


async def _delete(view: View, sort: Sort, one: dict[str, Any], part: Live[Any]) -> None:
    if not await confirm(
        f"Delete {called(sort, one)}?",
        f"{sort.goes} What is secret of it is kept nowhere else: this cannot be undone.",
        yes="Delete it",
        consequences=[Consequence(sort.one, called(sort, one))],
    ):
        return

    if await view.did(view.api.delete(f"{sort.path}{of(str(one['id']))}"), done="It is deleted."):
        await part.refresh()


PAGES = (Page("/settings/keys", "Vaults and keys", build, within="/settings"),)
