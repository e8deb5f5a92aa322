"""What would be decided if the token said something else, or the policy did. Nothing is sent."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from nicegui import ui

from gatepost.console.admin_api import Invalid, of
from gatepost.console.parts import (
    Column,
    Field,
    Form,
    action,
    badge,
    icon_button,
    listing,
    primary,
    prose,
    row,
    text,
)
from gatepost.console.trying.desk import Desk
from gatepost.console.trying.differences import decision, differences
from gatepost.console.trying.story import story
from gatepost.console.trying.supposing import claims_changed, config_changed, own_config, shown

_COLUMNS = (
    Column("What", lambda one: one["what"], kind="strong"),
    Column("As it is", lambda one: one["now"] or "nothing"),
    Column("As it would be", lambda one: one["then"] or "nothing"),
)


def what_if_box(desk: Desk) -> None:
    """Put it on the page."""
    prose(
        "Suppose that the token said something else, or that the policy did, and see what "
        "would be decided. Nothing is sent to the upstream, and nothing is changed."
    )
    place = ui.element("div").classes("gp-try-what-if")

    def draw() -> None:
        place.clear()
        with place:
            _Supposing(desk)

    desk.on("token", draw)
    desk.on("request", draw)
    draw()


class _Supposing:
    """The table of claims and the policy, and what comes of them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._claims: dict[str, Any] = {}
        self._form: Form | None = None
        self._before: dict[str, Any] = {}
        self._rows: list[list[str]] = []
        with ui.element("section").classes("gp-section"):
            text("Claims", "h3", tag="h3")
            self._table = ui.element("div").classes("gp-try-supposed")
            with row():
                action("Take the token's claims", self._read, icon="download")
                action("Add a claim", self._add, icon="add")
        with ui.element("section").classes("gp-section"):
            text("Policy", "h3", tag="h3")
            self._policy()
        with ui.element("div").classes("gp-try-wide"):
            with row():
                primary("See the decision", self._ask, icon="rule")
            self._outcome = ui.element("div").props('role="status"')

    async def _read(self) -> None:
        tokens = self._desk.trial.tokens
        if tokens is None:
            with self._table:
                self._table.clear()
                prose("Get or paste a token first.")
            return
        asked = {"token": tokens.access.reveal()}
        found = await self._desk.view.tried(
            self._desk.view.api.post("/openid-connect/decode", asked)
        )
        if found is not None:
            self._claims = dict(found.get("claims") or {})
            self._rows = [[name, shown(value)] for name, value in self._claims.items()]
            self._draw()

    def _add(self) -> None:
        self._rows.append(["", ""])
        self._draw()

    def _draw(self) -> None:
        self._table.clear()
        with self._table:
            if not self._rows:
                prose("None. What the provider tells of an opaque token can be supposed too: add.")
            for place, pair in enumerate(self._rows):
                self._pair(place, pair)

    def _pair(self, place: int, pair: list[str]) -> None:
        with ui.element("div").classes("gp-try-claim"):
            for part, label in enumerate(("Claim", "Value")):
                box = ui.input(f"{label} {place + 1}", value=pair[part])
                box.props("outlined dense spellcheck=false")
                box.on_value_change(lambda event, at=part: pair.__setitem__(at, event.value or ""))

            def remove() -> None:
                self._rows.remove(pair)
                self._draw()

            icon_button("close", f"Take away {pair[0] or 'this claim'}"[:80], remove)

    def _policy(self) -> None:
        plugins = {str(one["id"]): _named(one) for one in self._desk.trial.plugins}
        if not plugins:
            prose("This route has no policy of its own, of its service or of everybody.")
            return
        fields = [
            Field("id", "Which", "choice", options=plugins, required=True),
            Field("enabled", "Enabled", "switch"),
            Field("config", "What its configuration sets", "json", least=6),
        ]
        self._form = Form(fields, {"id": next(iter(plugins))})
        self._form.element("config").classes("gp-try-config")
        self._form.element("id").on_value_change(self._switch)
        ui.timer(0.0, self._switch, once=True)

    async def _switch(self) -> None:
        """Show the policy that was chosen: what is not as it is by default."""
        if self._form is None:
            return
        plugin = self._plugin(str(self._form.element("id").value))
        path = of("schemas", "plugins", str(plugin["name"]))
        schema = await self._desk.view.tried(self._desk.view.api.get(path))
        self._before = own_config(plugin.get("config") or {}, schema or {})
        self._form.set("enabled", plugin.get("enabled", True))
        self._form.set("config", self._before)

    def _plugin(self, ident: str) -> Mapping[str, Any]:
        return next(one for one in self._desk.trial.plugins if one["id"] == ident)

    def _wish(self) -> dict[str, Any]:
        """Return what is supposed. Raises Invalid where the configuration is no JSON."""
        wish: dict[str, Any] = {}
        claims = claims_changed(self._claims, self._rows)
        if claims:
            wish["claims"] = claims
        if self._form is not None:
            told = self._form.values()
            before = {**self._plugin(str(told["id"])), "config": self._before}
            change = config_changed(before, told)
            if change:
                wish["plugins"] = [{"id": told["id"], **change}]
        return wish

    async def _ask(self) -> None:
        self._outcome.clear()
        if self._form is not None:
            self._form.show({})
        try:
            wish = self._wish()
        except Invalid as invalid:
            if self._form is not None:
                self._form.told(invalid)
            return
        if not wish:
            with self._outcome:
                prose("Nothing is supposed yet: change a claim or the policy.")
            return
        now = await self._desk.view.tried(self._desk.explained())
        then = await self._desk.view.tried(self._desk.explained(wish)) if now else None
        if now and then:
            with self._outcome:
                _compared(self._desk, now, then)


def _compared(desk: Desk, now: Mapping[str, Any], then: Mapping[str, Any]) -> None:
    found = differences(now, then)
    with row():
        badge("what if", "warn")
        text(f"It would be {decision(then)}.", "strong")
        if decision(now) == decision(then):
            text("As it is now.", "quiet")
        else:
            text(f"As it is, it is {decision(now)}.", "quiet")
    for problem in then.get("problems") or ():
        prose(str(problem))
    if found:
        listing("Differences", _COLUMNS, [asdict(one) for one in found])
    else:
        prose("Nothing would be different.")
    with ui.element("details"):
        with ui.element("summary"):
            text("The whole story, as it would be")
        story(desk, then)


def _named(plugin: Mapping[str, Any]) -> str:
    where = next((scope for scope in ("route", "service") if plugin.get(scope)), "everybody")
    whose = where if where == "everybody" else f"the {where}"
    return f"{plugin.get('instance_name') or plugin['name']} (of {whose})"
