"""One policy: added step by step, or changed."""

from collections.abc import Mapping
from typing import Any, final

from nicegui import ui

from gatepost.console.admin_api import Invalid, of
from gatepost.console.page import Page
from gatepost.console.parts import (
    action,
    badge,
    card,
    empty,
    facts,
    go_button,
    link,
    live,
    only_for,
    prose,
    toolbar,
)
from gatepost.console.parts.saving import Held, loaded
from gatepost.console.policies.about_form import about_it
from gatepost.console.policies.draft import Draft
from gatepost.console.policies.editor import Editor, Tab
from gatepost.console.policies.field_form import all_fields
from gatepost.console.policies.goal_form import goals
from gatepost.console.policies.goal_table import PLUGIN
from gatepost.console.policies.provider_panel import provider
from gatepost.console.policies.reach import name_of
from gatepost.console.policies.removal import remove, switch
from gatepost.console.policies.saying import SCOPES, scope_of, title_of
from gatepost.console.policies.schema import PluginSchema, read_schema
from gatepost.console.policies.text_view import texts
from gatepost.console.policies.where import PATHS, Where
from gatepost.console.searching import page_of
from gatepost.console.view import View, tell

_GOALS = Tab("What you want", goals)
_FIELDS = Tab("Everything else", all_fields)
_ABOUT = Tab("Name and tags", about_it)
_TEXTS = Tab("As text", texts)
_PROVIDER = Tab("Test the provider", provider)


def tabs_of(schema: PluginSchema) -> tuple[Tab, ...]:
    """Return the parts of a plugin's form; one that nobody knows has all its fields."""
    if schema.name == PLUGIN:
        return (_GOALS, _PROVIDER, _FIELDS, _ABOUT, _TEXTS)
    return (Tab("Settings", all_fields), _ABOUT, _TEXTS)


async def new(view: View) -> None:
    """Put the page together on which a policy is added."""
    with toolbar("Add a policy", "Where it applies, what it does; then it is added."):
        pass
    root = await view.api.get("/")
    available = sorted(root["plugins"]["available_on_server"])
    NewPolicy(view, available)


@final
class NewPolicy:
    """A policy that is not there yet: plugin and place, then its form."""

    def __init__(self, view: View, available: list[str]) -> None:
        self._view = view
        self._where: Where | None = None
        self._editor: Editor | None = None
        self._plugin = PLUGIN if PLUGIN in available else (available or [""])[0]
        with card("Which plugin, and where?"):
            if len(available) > 1:
                made = ui.select(available, value=self._plugin, label="Plugin")
                made.props("outlined dense options-dense").classes("gp-field")
                made.on_value_change(self._chosen)
            elif available:
                facts([("Plugin", self._plugin)])
            else:
                prose("No plugin is installed on this control plane.")
                return
            self._place_where = ui.element("div").classes("gp-where")
        self._place = ui.element("div")
        self._live = live(view, self._schema, self._draw, lines=8)

    async def _schema(self) -> Any:
        return await self._view.api.get(of("schemas", "plugins", self._plugin))

    def _chosen(self, event: Any) -> None:
        self._plugin = str(event.value)
        self._live.soon()

    def _draw(self, told: Mapping[str, Any]) -> None:
        schema = read_schema(self._plugin, told)
        begin = next(
            ((kind, self._view.params[kind]) for kind in SCOPES if self._view.params.get(kind)),
            None,
        )
        body = {"name": self._plugin, "enabled": True, "config": {}}
        draft = Draft(schema, body)
        self._place_where.clear()
        with self._place_where:
            self._where = Where(self._view, schema, begin, self._moved)
        self._editor = Editor(self._view, draft, tabs_of(schema), self._save)
        self._moved()

    def _moved(self) -> None:
        if self._editor is None or self._where is None:
            return
        scope = self._where.scope
        for kind in SCOPES:
            self._editor.draft.set(kind, scope.get(kind))
        self._editor.names = self._where.names

    async def _save(self, editor: Editor) -> None:
        assert self._where is not None  # noqa: S101 - drawn before the editor
        if self._where.missing:
            raise Invalid(self._where.missing, {"@entity": self._where.missing})
        self._moved()
        made = await self._view.api.post("/plugins", editor.draft.whole())
        self._view.go(page_of("plugins", made["id"]))


async def one(view: View) -> None:
    """Put the page of a policy together."""
    path = of("plugins", view.params["policy"])
    held = await loaded(view, path)
    policy = held.value
    told = await view.api.get(of("schemas", "plugins", policy["name"]))
    schema = read_schema(policy["name"], told)
    scopes = [(kind, ident, await _name(view, kind, ident)) for kind, ident in scope_of(policy)]
    OnePolicy(view, held, schema, scopes)


@final
class OnePolicy:
    """A policy that is stored."""

    def __init__(
        self,
        view: View,
        held: Held,
        schema: PluginSchema,
        scopes: list[tuple[str, str, str]],
    ) -> None:
        self._view, self._held = view, held
        self._scopes = scopes
        self._whole = ui.element("div")
        with self._whole:
            self._top = ui.element("div")
            self._draw_top()
            self._draft = Draft(schema, held.value)
            editor = Editor(view, self._draft, tabs_of(schema), self._save)
            editor.names = {ident: name for _, ident, name in scopes}

    def _draw_top(self) -> None:
        view, policy = self._view, self._held.value
        self._top.clear()
        with self._top:
            with toolbar(title_of(policy), "A policy: who may call, and what is told about them."):
                turn = "Switch off" if policy["enabled"] else "Switch on"
                only_for(view, "operator", action(turn, self._turn, icon="power_settings_new"))
                only_for(view, "operator", action("Delete", self._delete, icon="delete", bad=True))
            with card():
                facts(
                    [
                        ("State", lambda: _state(policy)),
                        ("Applies to", lambda: _applies(view, self._scopes)),
                        ("Plugin", policy["name"]),
                    ]
                )

    async def _save(self, editor: Editor) -> None:
        change = editor.draft.patch()
        if not change:
            tell("Nothing was changed.")
            return
        if not await self._held.save(change, _Told(editor)):
            return
        self._draft.begin(self._held.value)
        self._draw_top()
        editor.saved()

    async def _turn(self) -> None:
        on = not self._held.value["enabled"]
        if await switch(self._view, self._held.value, on=on, again=self._again) is None:
            return
        await self._held.again()
        self._draft.stored["enabled"] = on
        self._draft.set("enabled", on)
        self._draw_top()

    async def _delete(self) -> None:
        if not await remove(self._view, self._held.value, again=self._again):
            return
        self._whole.clear()
        with self._whole, empty("This policy is deleted", "It decides for nothing any more."):
            go_button("All policies", self._view.href("/policies"))

    def _again(self) -> None:
        self._view.go(page_of("plugins", self._held.id))


@final
class _Told:
    """Tells the editor what the Admin API found wrong."""

    def __init__(self, editor: Editor) -> None:
        self._editor = editor

    def told(self, invalid: Invalid) -> None:
        """Show it at the fields."""
        problems = invalid.fields or {"@entity": invalid.message}
        self._editor.told(self._editor.draft.placed(problems))


def _state(policy: Mapping[str, Any]) -> None:
    badge("on", "good") if policy["enabled"] else badge("off: it does nothing", "warn")


def _applies(view: View, scopes: list[tuple[str, str, str]]) -> None:
    if not scopes:
        badge("every request", "plain")
    for kind, ident, name in scopes:
        link(f"{kind} {name}", view.href(page_of(PATHS[kind], ident)))


async def _name(view: View, kind: str, ident: str) -> str:
    entity = await view.api.get(of(PATHS[kind], ident))
    return str(entity.get("username") or entity.get("custom_id") or name_of(entity))


PAGES = (
    Page("/policies/new", "Add a policy", new, within="/policies"),
    Page("/policies/{policy}", "Policy", one, within="/policies"),
)
