"""Whether the provider plays along: asked with what stands in the form, before it is saved."""

from collections.abc import Mapping
from typing import Any, final

from nicegui import ui

from gatepost.console.admin_api import Gone, Invalid, Trouble, Unknown
from gatepost.console.parts import (
    badge,
    card,
    copied,
    duration,
    only_for,
    primary,
    prose,
    row,
    text,
)
from gatepost.console.policies.editor import Editor

_PATIENCE = 60.0
_STATES: Mapping[Any, tuple[str, str]] = {
    True: ("ok", "good"),
    False: ("failed", "bad"),
    None: ("to know", "quiet"),
}


def provider(editor: Editor) -> None:
    """Put the panel on the page."""
    ProviderPanel(editor)


@final
class ProviderPanel:
    """See ``provider``."""

    def __init__(self, editor: Editor) -> None:
        self._editor = editor
        with card("Test the provider"):
            prose(
                "Gatepost asks the issuer for its document and its keys, tries the client ID and "
                "secret, and compares clocks, as a node would. Nothing is saved, nobody is logged "
                "in."
            )
            people = "authorization_code" in (editor.draft.value("auth_methods") or ())
            self._base = None
            if people and not editor.draft.value("redirect_uri"):
                self._base = ui.input(
                    "Where browsers reach the protected pages",
                    placeholder="https://app.example/callback",
                ).props("outlined dense stack-label")
                self._base.props["hint"] = "To say which redirect URI to register."
                self._base.classes("gp-field")
            with row():
                only_for(
                    editor.view, "operator", primary("Test it", self._test, icon="network_check")
                )
            self._place = ui.element("div").props('role="status"').classes("gp-checks")

    async def _test(self) -> None:
        draft, view = self._editor.draft, self._editor.view
        asked: dict[str, Any] = {"config": draft.whole()["config"]}
        if draft.stored.get("id"):
            asked["id"] = draft.stored["id"]
        if self._base is not None and self._base.value:
            asked["redirect_base"] = str(self._base.value).strip()
        self._say("Asking the provider…")
        try:
            got = await view.api.send("POST", "/openid-connect/check", asked, patience=_PATIENCE)
        except Invalid as invalid:
            problems = draft.placed(invalid.fields or {"@entity": invalid.message})
            self._say(
                "First, put this right:",
                [m if p.startswith("@") else f"{p}: {m}" for p, m in problems.items()],
            )
        except Gone:
            self._say("This control plane cannot test providers: it is an older version.")
        except Unknown:
            view.expired()
        except Trouble as trouble:
            self._say(trouble.message)
        else:
            if not self._place.is_deleted:
                self._show(got)

    def _say(self, words: str, more: list[str] | None = None) -> None:
        if self._place.is_deleted:
            return
        self._place.clear()
        with self._place:
            prose(words)
            for one in more or ():
                text(one, "problem", tag="p")

    def _show(self, got: Mapping[str, Any]) -> None:
        self._place.clear()
        checks = list(got.get("checks") or ())
        failed = sum(1 for one in checks if one.get("ok") is False)
        with self._place:
            text(
                f"{failed} of {len(checks)} checks failed."
                if failed
                else "The provider plays along.",
                "strong",
                tag="p",
            )
            with ui.element("ul").classes("gp-check-list"):
                for one in checks:
                    with ui.element("li").classes("gp-check"):
                        _one(one)
            uris = list(got.get("redirect_uris") or ())
            if uris:
                text("Register at the provider, exactly so:", "strong", tag="p")
                for uri in uris:
                    copied(str(uri), label="Copy the redirect URI")


def _one(check: Mapping[str, Any]) -> None:
    words, tone = _STATES.get(check.get("ok"), _STATES[None])
    badge(words, tone)
    with ui.element("div"):
        what = str(check.get("what") or "")
        text(what[:1].upper() + what[1:], "strong")
        seconds = check.get("seconds")
        if isinstance(seconds, int | float) and seconds >= 0.001:
            text(f" {duration(float(seconds))}", "quiet small")
        text(check.get("says") or "", tag="p")
        if check.get("do"):
            text(check["do"], "quiet", tag="p")
