"""The form of a policy: its parts behind tabs, what is wrong while somebody types, and saving."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, final

from nicegui import ui

from gatepost.console.admin_api import Invalid, Trouble, Unknown
from gatepost.console.parts import action, only_for, primary, row, text
from gatepost.console.policies.draft import Draft
from gatepost.console.policies.saying import SCOPES
from gatepost.console.view import View, tell

PAUSE = 0.6
"""Seconds without a key after which the Admin API is asked whether all is well."""


class Shown(Protocol):
    """An input on the page."""

    path: str

    def show(self, problem: str | None) -> None:
        """Say what is wrong with it."""

    def follow(self) -> None:
        """Show what the draft holds now."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of the form. draw: puts it on the page, whenever it is opened."""

    title: str
    draw: Callable[["Editor"], Any]


@dataclass(slots=True)
class State:
    """How the policy is just now. problems: by field; asked: somebody tried to save."""

    problems: dict[str, str] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    asked: bool = False
    away: str = ""


@final
class Editor:
    """The form of one policy. save: writes it (may raise Trouble).

    names: what it applies to, by id, for its text. etag: of the version that is edited.
    """

    def __init__(
        self,
        view: View,
        draft: Draft,
        tabs: tuple[Tab, ...],
        save: Callable[["Editor"], Awaitable[None]],
    ) -> None:
        self.view = view
        self.draft = draft
        self.names: dict[str, str] = {}
        self.may = view.may("operator")
        self.state = State()
        self._tabs = tabs
        self._save = save
        self._inputs: list[Shown] = []
        self._followers: list[Callable[[str], None]] = []
        self._checked = ""
        self._asking = 0
        self._timer: ui.timer
        draft.listeners.append(self._changed)
        self._build()

    @property
    def new(self) -> bool:
        """Whether the policy is not stored yet."""
        return not self.draft.stored.get("id")

    def add(self, shown: Shown) -> None:
        """Take an input that is on the page, so that it is told what is wrong with it."""
        self._inputs.append(shown)
        shown.show(self._problem_at(shown.path))

    def follow(self, told: Callable[[str], None]) -> None:
        """Have the part that is open told of changes."""
        self._followers.append(told)

    def open(self, title: str) -> None:
        """Show the part of that title."""
        tab = next(one for one in self._tabs if one.title == title)
        self._open = title
        self._inputs.clear()
        self._followers.clear()
        for name, button in self._buttons.items():
            here = name == title
            button.props["aria-selected"] = "true" if here else "false"
            button.classes(add="gp-tab-here") if here else button.classes(remove="gp-tab-here")
            button.update()
        self._place.clear()
        with self._place:
            tab.draw(self)

    def redraw(self) -> None:
        """Draw the open part once more."""
        self.open(self._open)

    def saved(self) -> None:
        """Show the policy as it is stored now."""
        self.state = State()
        self.redraw()
        self._status()

    async def validate(self) -> None:
        """Ask the Admin API what is wrong, and say it at the fields."""
        self._asking += 1
        mine = self._asking
        try:
            await self.view.api.post("/schemas/plugins/validate", self.draft.to_validate())
            problems: Mapping[str, str] = {}
        except Invalid as invalid:
            problems = self.draft.placed(invalid.fields or {"@entity": invalid.message})
        except Unknown:
            self.view.expired()
            return
        except Trouble as trouble:
            self.state.away = trouble.message
            self._status()
            return
        if mine == self._asking and not self._place.is_deleted:
            self.state.away = ""
            self.told(problems)

    def told(self, problems: Mapping[str, str]) -> None:
        """Show what is wrong, by field."""
        self.state.problems = dict(problems)
        for one in self._inputs:
            one.show(self._problem_at(one.path))
        self._status()

    async def save(self) -> None:
        """Write it; where something is wrong, say what."""
        self.state.asked = True
        await self.validate()
        if self.state.problems or self.state.away:
            return
        try:
            await self._save(self)
            self._unsaved(False)
        except Invalid as invalid:
            self.told(self.draft.placed(invalid.fields or {"@entity": invalid.message}))
        except Unknown:
            self.view.expired()
        except Trouble as trouble:
            tell(trouble.message, bad=True)

    def _problem_at(self, path: str) -> str | None:
        found = [
            message
            for place, message in self.state.problems.items()
            if place == path or place.startswith(f"{path}.")
        ]
        # nobody is told that a field is empty before they came to it
        known = not self.new or self.state.asked or path in self.state.touched
        return "; ".join(found) if found and known else None

    def _changed(self, path: str) -> None:
        if not path.startswith("@"):
            self.state.touched.add(path)
        for one in self._inputs:
            if one.path == path:
                one.follow()
        for told in self._followers:
            told(path)
        self._timer.cancel()
        with self._bar:
            self._timer = ui.timer(PAUSE, self.validate, once=True)
        self._status()

    def _build(self) -> None:
        self._buttons: dict[str, ui.button] = {}
        with ui.element("div").classes("gp-tabs").props('role="tablist"'):
            for tab in self._tabs:
                button = ui.button(
                    tab.title, on_click=lambda tab=tab: self.open(tab.title), color=None
                )
                button.props('flat no-caps role="tab"').classes("gp-tab")
                self._buttons[tab.title] = button
        self._place = ui.element("div").classes("gp-tab-panel").props('role="tabpanel"')
        self._bar = ui.element("div").classes("gp-save")
        with self._bar:
            with ui.element("div").classes("gp-save-words").props('role="status"'):
                self._said = text("", "strong")
                self._list = ui.element("div").classes("gp-save-problems")
            with row():
                only_for(self.view, "operator", action("Discard", self._discard))
                words = "Add the policy" if self.new else "Save"
                only_for(self.view, "operator", primary(words, self.save, icon="check"))
            self._timer = ui.timer(0.05, self.validate, once=True)
        self.open(self._tabs[0].title)
        self._status()

    def _unsaved(self, unsaved: bool) -> None:
        """Let the browser ask before it leaves what is not saved (console.js), or leave."""
        self._bar.classes(add="gp-unsaved") if unsaved else self._bar.classes(remove="gp-unsaved")

    def _discard(self) -> None:
        _ = ui.run_javascript("gatepost.reload()")

    def _status(self) -> None:
        changes = [] if self.new else self.draft.changes()
        problems = self.state.problems
        self._unsaved(bool(changes) or (self.new and bool(self.state.touched - set(SCOPES))))
        if self.state.away:
            words = f"Not checked: {self.state.away}"
        elif problems and self.new and not (self.state.asked or self.state.touched):
            words = "Fill in what is needed."
        elif problems:
            are = "thing is" if len(problems) == 1 else "things are"
            words = f"{len(problems)} {are} missing or wrong"
        elif self.new:
            words = "Ready to be added."
        else:
            count = len(changes)
            words = f"{count} change{'' if count == 1 else 's'} not saved" if count else "Saved."
        if words + repr(problems) == self._checked:
            return
        self._checked = words + repr(problems)
        self._said.set_text(words)
        self._list.clear()
        if not (self.new and not self.state.asked and not self.state.touched):
            with self._list:
                for place, message in list(problems.items())[:6]:
                    said = message if place.startswith("@") else f"{place}: {message}"
                    text(said.replace(f"{place}: {place}", place), "problem small", tag="p")
