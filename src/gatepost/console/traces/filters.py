"""Filters of traces: fields that are read from an address and tell what is wanted."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from nicegui import background_tasks, ui

from gatepost.console.admin_api import Trouble
from gatepost.console.parts.bits import text
from gatepost.console.reasons import codes
from gatepost.console.telling.told import words
from gatepost.console.view import View

NAMES = ("route", "consumer", "outcome", "status", "reason", "node", "mark")
_OUTCOMES = {"forward": "let through", "refused": "refused", "answered": "answered by the gateway"}
_STATUS = re.compile(r"[1-5][0-9]{2}")
_MARK = re.compile(r"[0-9A-Za-z-]{1,64}")
_HITS = 8

Chosen = Callable[[Mapping[str, str]], Awaitable[None]]


class Filters:
    """chosen: is told what is wanted, by name, whenever that changes."""

    def __init__(self, view: View, wanted: Mapping[str, str], chosen: Chosen) -> None:
        self._view = view
        self._wanted = dict(wanted)
        self._chosen = chosen
        self._quiet = False
        with ui.element("div").classes("gp-filters").props('role="search" aria-label="Filters"'):
            self._route = RouteChooser(view, wanted.get("route"), self._set)
            asked = wanted.get("outcome")
            outcomes = {**({asked: asked} if asked else {}), **_OUTCOMES}
            outcome = ui.select(outcomes, label="Outcome", value=asked)
            reasons = [*dict.fromkeys((*codes(), *filter(None, [wanted.get("reason")])))]
            why = ui.select(reasons, label="Reason", value=wanted.get("reason"), with_input=True)
            wrong = {"Three digits": lambda typed: not typed or bool(_STATUS.fullmatch(typed))}
            status = ui.input("Status", value=wanted.get("status", ""), validation=wrong)
            consumer = ui.input("Consumer", value=wanted.get("consumer", ""))
            letters = {
                "Letters, digits, dashes": lambda typed: not typed or bool(_MARK.fullmatch(typed))
            }
            mark = ui.input("Mark", value=wanted.get("mark", ""), validation=letters)
            given = wanted.get("node")
            node = ui.select({given: given} if given else {}, label="Data plane", value=given)
        self._fields: dict[str, Any] = {
            "outcome": outcome,
            "reason": why,
            "status": status,
            "consumer": consumer,
            "mark": mark,
            "node": node,
        }
        for name, field in self._fields.items():
            field.props("outlined dense clearable options-dense hide-bottom-space debounce=400")
            field.on_value_change(lambda event, name=name: self._typed(name, event.value))
        ui.timer(0.0, self._nodes, once=True)

    @staticmethod
    def read(params: Mapping[str, str]) -> dict[str, str]:
        """Return what an address asks for."""
        return {name: params[name][:200] for name in NAMES if params.get(name)}

    async def clear(self) -> None:
        """Want everything."""
        self._quiet = True
        for field in self._fields.values():
            field.set_value(None)
        self._route.clear()
        self._quiet = False
        self._wanted = {}
        await self._chosen({})

    async def _typed(self, name: str, value: object) -> None:
        await self._set(name, words(value).strip())

    async def _set(self, name: str, value: str) -> None:
        checks = {"status": _STATUS, "mark": _MARK}
        if self._quiet or (value and name in checks and not checks[name].fullmatch(value)):
            return
        before = dict(self._wanted)
        self._wanted.pop(name, None)
        if value:
            self._wanted[name] = value
        if self._wanted != before:
            await self._chosen(dict(self._wanted))

    async def _nodes(self) -> None:
        """Offer the nodes by name; where they cannot be seen, there is nothing to offer."""
        try:
            found = await self._view.api.page("/clustering/data-planes", size=100)
        except Trouble:
            return
        field = self._fields["node"]
        if not field.is_deleted:
            names = {one["id"]: str(one.get("hostname") or one["id"]) for one in found.items}
            if field.value and field.value not in names:
                names[field.value] = field.value
            field.set_options(names, value=field.value)


class RouteChooser:
    """A field in which a route is searched, for there may be thousands."""

    def __init__(
        self, view: View, given: str | None, chosen: Callable[[str, str], Awaitable[None]]
    ) -> None:
        self._view = view
        self._chosen = chosen
        self._picked = given or ""
        with ui.element("div").classes("gp-finder"):
            self._box = ui.input("Route: name or path", value=self._picked)
            self._box.props("outlined dense clearable debounce=250").mark("route")
            self._hits = ui.element("div").classes("gp-found")
            self._hits.set_visibility(False)
        self._box.on_value_change(self._typed)
        if given:
            _ = background_tasks.create(self._name(given), name="name of a route")

    def clear(self) -> None:
        """Choose none, without telling."""
        self._picked = ""
        self._box.set_value("")
        self._hits.set_visibility(False)

    async def _name(self, ident: str) -> None:
        try:
            found = await self._view.api.get("/search", q=ident, kinds="routes", size=1)
        except Trouble:
            return
        named = [one for one in found["data"] if one["id"] == ident and one.get("name")]
        if named and not self._box.is_deleted:
            self._picked = str(named[0]["name"])
            self._box.set_value(self._picked)

    async def _typed(self, event: Any) -> None:
        typed = words(event.value).strip()
        if typed == self._picked:
            return
        if not typed:
            self._picked = ""
            self._hits.set_visibility(False)
            await self._chosen("route", "")
            return
        try:
            found = await self._view.api.get("/search", q=typed[:200], kinds="routes", size=_HITS)
        except Trouble as trouble:
            found = {"data": [], "problem": trouble.message}
        if self._hits.is_deleted or words(self._box.value).strip() != typed:
            return
        self._hits.clear()
        self._hits.set_visibility(True)
        with self._hits:
            if not found["data"]:
                text(found.get("problem") or f"No route is called {typed!r}.", "quiet")
            for one in found["data"]:
                self._hit(one)

    def _hit(self, one: Mapping[str, Any]) -> None:
        name = str(one.get("name") or one["id"])

        async def pick() -> None:
            self._picked = name
            self._box.set_value(name)
            self._hits.set_visibility(False)
            await self._chosen("route", str(one["id"]))

        with ui.element("button").classes("gp-hit gp-pick").props('type="button"') as made:
            text(name, "strong clip")
            text(str(one.get("about") or ""), "quiet small clip")
        made.on("click", pick)
