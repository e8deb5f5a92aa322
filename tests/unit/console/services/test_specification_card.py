import json
from typing import Any

import pytest

from gatepost.console.admin_api import AdminApi
from gatepost.console.parts.saving import Held, loaded
from gatepost.console.services.specification_card import specification_card
from gatepost.console.view import View
from tests.unit.console.hands import HOSTILE, click, enabled
from tests.unit.console.shown import User, admin_api, opened, ui, view_of

pytestmark = [pytest.mark.anyio, pytest.mark.integration]
SPEC = {
    "openapi": "3.1.0",
    "info": {"title": HOSTILE, "version": "7"},
    "paths": {"/<b>": {"get": {"summary": HOSTILE, "tags": ["a"], "deprecated": True}}},
}


async def version(api: AdminApi, **more: Any) -> str:
    package = await api.post("/service-packages", {"name": "Orders"})
    body = {"version": "v1", "service_package": {"id": package["id"]}, **more}
    return str((await api.post("/service-versions", body))["id"])


def card(ident: str) -> Any:
    async def build(view: View) -> None:
        specification_card(view, await loaded(view, f"/service-versions/{ident}"), "Orders v1")

    return build


def area(user: User) -> ui.textarea:
    (found,) = user.find(kind=ui.textarea).elements
    return found


async def test_a_document_is_pasted_listed_downloaded_and_removed(api: AdminApi) -> None:
    ident = await version(api)
    async with opened(card(ident), view_of(api)) as user:
        await user.should_see("upload the OpenAPI file")
        await click(user, "Add a file")
        await user.should_see(kind=ui.textarea, retries=20)
        area(user).set_value("a: b")
        await click(user, "Keep it")
        await user.should_see("expected an OpenAPI document")
        area(user).set_value(json.dumps(SPEC))
        await click(user, "Keep it")
        for words in ("OpenAPI 3.1.0", HOSTILE, "/<b>", "GET", "deprecated", "Group"):
            await user.should_see(words)
        await click(user, "Download")
        response = await user.download.next()
        assert response.json() == SPEC
        await click(user, "Remove")
        await user.should_see("Remove the OpenAPI document?")
        await click(user, "Remove")
        await user.should_see("upload the OpenAPI file")
    assert (await api.get(f"/service-versions/{ident}"))["spec"] is None


async def test_a_viewer_reads_and_downloads(api: AdminApi) -> None:
    ident = await version(api, spec="openapi: 3.0.0")
    async with opened(card(ident), view_of(api, "viewer")) as user:
        await user.should_see("It names nothing that can be called.")
        assert enabled(user, "Download")
        assert not enabled(user, "Replace")
        assert not enabled(user, "Remove")


async def test_a_document_that_cannot_be_read_can_still_be_had() -> None:
    async with admin_api() as (api, _):
        held = Held(view_of(api), "/x", {"id": "1", "spec": "openapi: 3\n? {a: b}\n: 1"}, None)

        async def build(view: View) -> None:
            specification_card(view, held, "x")

        async with opened(build, view_of(api)) as user:
            await user.should_see("This cannot be read")
            assert enabled(user, "Download")
