"""An editor on a page, over answers that tests write."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from gatepost.console.policies.draft import Draft
from gatepost.console.policies.editor import Editor, Tab
from gatepost.console.policies.schema import PluginSchema
from tests.unit.console.policies.schemas import OIDC
from tests.unit.console.shown import Answers, User, admin_api, opened, view_of


@contextlib.asynccontextmanager
async def editing(
    *tabs: Tab,
    schema: PluginSchema = OIDC,
    role: str = "admin",
    stored: bool = False,
    wrong: Any = None,
    **config: Any,
) -> AsyncIterator[tuple[User, Editor, Answers]]:
    """Open the form of a policy. wrong: ``fields`` that the Admin API finds wrong."""
    made: list[Editor] = []

    async def save(editor: Editor) -> None:
        """Nothing: how it is written is the page's."""

    async with admin_api() as (api, answers):
        if wrong is None:
            answers.say("/schemas/plugins/validate", {"message": "schema validation successful"})
        else:
            answers.say("/schemas/plugins/validate", {"message": "bad", "fields": wrong}, 400)
        body: dict[str, Any] = {"name": schema.name, "enabled": True, "config": config}
        if stored:
            body["id"] = "p1"

        async def build(view: Any) -> None:
            made.append(Editor(view, Draft(schema, body), tabs, save))

        async with opened(build, view_of(api, role=role)) as user:
            yield user, made[0], answers
