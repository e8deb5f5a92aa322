from typing import Any

import pytest

from gatepost.console.admin_api import AdminApi
from gatepost.console.parts.saving import loaded
from gatepost.console.services.documents import document_card
from gatepost.console.view import View
from tests.unit.console.hands import HOSTILE, click, enabled, until
from tests.unit.console.shown import User, opened, ui, view_of

pytestmark = [pytest.mark.anyio, pytest.mark.integration]


def card(ident: str) -> Any:
    async def build(view: View) -> None:
        document_card(view, await loaded(view, f"/service-packages/{ident}"), words="Write it.")

    return build


def area(user: User) -> ui.textarea:
    (found,) = user.find(kind=ui.textarea).elements
    return found


async def test_a_document_is_written_with_a_preview_and_kept(api: AdminApi) -> None:
    one = await api.post("/service-packages", {"name": "Orders"})
    async with opened(card(one["id"]), view_of(api)) as user:
        await user.should_see("Write it.")
        await click(user, "Write a document")
        await user.should_see("What you write is shown here.")
        area(user).set_value(f"# Hello\n\n{HOSTILE}")
        await user.should_see("Hello")
        area(user).set_value("bell \x07")
        await click(user, "Save")
        await until(lambda: "control characters" in area(user).props.get("error-message", ""))
        area(user).set_value(f"# Kept\n\n{HOSTILE}")
        await click(user, "Save")
        await user.should_see("Edit the document")
        await user.should_see("Kept")
    assert (await api.get("/service-packages/Orders"))["document"] == f"# Kept\n\n{HOSTILE}"


async def test_nothing_is_kept_of_what_was_cancelled(api: AdminApi) -> None:
    one = await api.post("/service-packages", {"name": "Orders", "document": "as it was"})
    async with opened(card(one["id"]), view_of(api)) as user:
        await click(user, "Edit the document")
        await user.should_see(kind=ui.textarea, retries=20)
        area(user).set_value("other")
        await click(user, "Cancel")
        await user.should_see("as it was")
    assert (await api.get("/service-packages/Orders"))["document"] == "as it was"


async def test_a_very_long_document_is_shown_in_part_and_a_viewer_cannot_change_it(
    api: AdminApi,
) -> None:
    text = "word " * 30_000
    one = await api.post("/service-packages", {"name": "Orders", "document": text})
    async with opened(card(one["id"]), view_of(api, "viewer")) as user:
        await user.should_see("The document is longer; this is its beginning.", retries=30)
        assert not enabled(user, "Edit the document")
