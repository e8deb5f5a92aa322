"""An entity that a page shows and changes: what was loaded, and whether it is still so."""

from collections.abc import Mapping
from typing import Any, final

from nicegui import ui

from gatepost.console.admin_api import AdminApi, Changed, Invalid, Trouble, Unknown
from gatepost.console.parts.bits import prose, row
from gatepost.console.parts.buttons import action
from gatepost.console.parts.dialogue import answer_of, dialogue
from gatepost.console.parts.moments import ago
from gatepost.console.parts.sending import Tells
from gatepost.console.view import View, tell


@final
class Held:
    """One entity. path: of it in the Admin API; value: as it was loaded or saved last."""

    def __init__(self, view: View, path: str, value: dict[str, Any], etag: str | None) -> None:
        self.path = path
        self.value = value
        self._view = view
        self._etag = etag

    @property
    def id(self) -> str:
        """Its id."""
        return str(self.value["id"])

    async def save(
        self, changes: Mapping[str, Any], form: Tells | None = None, *, done: str = "Saved."
    ) -> bool:
        """Change some fields, if nobody else has changed it meanwhile; return whether it is done.

        What is wrong with a field is told in the form. When somebody was quicker, the person is
        asked: load anew, or overwrite.
        """
        try:
            await self._send(changes, self._etag)
        except Invalid as invalid:
            if form is None:
                tell(invalid.message, bad=True)
            else:
                form.told(invalid)
            return False
        except Changed:
            return await self._overtaken(changes, form, done)
        except Unknown:
            self._view.expired()
            return False
        except Trouble as trouble:
            tell(trouble.message, bad=True)
            return False
        tell(done)
        return True

    async def again(self) -> dict[str, Any]:
        """Load it anew. Raises Trouble."""
        value, headers = await self._view.api.exchange("GET", self.path)
        self.value, self._etag = value, headers.get("ETag")
        return self.value

    async def _send(self, changes: Mapping[str, Any], etag: str | None) -> None:
        value, headers = await self._view.api.exchange(
            "PATCH", self.path, dict(changes), headers={"If-Match": etag} if etag else None
        )
        self.value, self._etag = value, headers.get("ETag")

    async def _overtaken(self, changes: Mapping[str, Any], form: Tells | None, done: str) -> bool:
        who = await _who_changed(self._view.api, self.id)
        with dialogue("Somebody changed this meanwhile") as dialog:
            prose(f"{who} Load the page anew to see it, or overwrite the fields that you changed.")
            with row("gp-end"):
                action("Cancel", lambda: dialog.submit(None)).props("autofocus")
                action("Load anew", lambda: dialog.submit("load"))
                action("Overwrite", lambda: dialog.submit("overwrite"), bad=True)
        chosen = await answer_of(dialog)
        if chosen == "load":
            _ = ui.run_javascript("gatepost.reload()")
        if chosen != "overwrite":
            return False
        self._etag = None
        return await self.save(changes, form, done=done)


async def loaded(view: View, path: str) -> Held:
    """Return an entity with its ETag. Raises Trouble."""
    value, headers = await view.api.exchange("GET", path)
    return Held(view, path, value, headers.get("ETag"))


async def _who_changed(api: AdminApi, ident: str) -> str:
    """Say who changed it last, for those who may read the audit log."""
    try:
        got = await api.get("/audit", entity=ident, size=1)
        last = got["data"][0]
        return f"{last['who']} did, {ago(last['at'])}."
    except (Trouble, LookupError, TypeError):
        return "It is not as you loaded it."
