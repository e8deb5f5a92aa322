"""Where a new policy shall apply: chosen among everything, services, routes and consumers."""

from collections.abc import Awaitable, Callable
from typing import Any, final

from nicegui import ui

from gatepost.console.admin_api import Invalid, Trouble, of
from gatepost.console.parts import prose, text
from gatepost.console.parts.buttons import one_of
from gatepost.console.policies.reach import name_of, routes_of
from gatepost.console.policies.schema import PluginSchema
from gatepost.console.view import View

PATHS = {"service": "services", "route": "routes", "consumer": "consumers"}
_WORDS = {
    "": "Every request",
    "service": "One service",
    "route": "One route",
    "consumer": "One consumer",
}
_SIZE = 100


@final
class Where:
    """The choice. scope: body fields of it, such as ``{"service": {"id": …}}``.

    changed: called after each choice. names: of what can be chosen, by id.
    """

    def __init__(
        self,
        view: View,
        schema: PluginSchema,
        begin: tuple[str, str] | None,
        changed: Callable[[], None],
    ) -> None:
        self.names: dict[str, str] = {}
        self._view, self._changed = view, changed
        self._kind, self._ident = begin or ("", "")
        kinds = {kind: _WORDS[kind] for kind in ("", *schema.scopes)}
        if self._kind not in kinds:
            self._kind, self._ident = "", ""
        made = one_of(kinds, self._kind)
        made.props["aria-label"] = "Where it applies"
        made.on_value_change(self._of_kind)
        self._place = ui.element("div")
        self._reach = text("", "quiet", tag="p")
        self._reach.props["role"] = "status"
        ui.timer(0.0, self._draw, once=True)

    @property
    def scope(self) -> dict[str, Any]:
        """What a policy refers to."""
        return {self._kind: {"id": self._ident}} if self._kind and self._ident else {}

    @property
    def missing(self) -> str | None:
        """What has yet to be chosen; None when all is."""
        return f"Choose the {self._kind} first." if self._kind and not self._ident else None

    async def _of_kind(self, event: Any) -> None:
        self._kind, self._ident = str(event.value or ""), ""
        self._changed()
        await self._draw()

    async def _draw(self) -> None:
        self._place.clear()
        if self._kind:
            found = await self._tried(self._begin())
            if found is None or self._place.is_deleted:
                return
            self.names.update(found)
            self._changed()  # what was called by its name has an id now
            self._place.clear()  # who chose twice meanwhile gets one
            with self._place:
                self._select(dict(found))
        await self._reached()

    async def _begin(self) -> dict[str, str]:
        path = PATHS[self._kind]
        got = await self._view.api.page(f"/{path}", size=_SIZE)
        found = {one["id"]: _named(one) for one in got.items}
        if self._ident and self._ident not in found:
            one = await self._view.api.get(of(path, self._ident))
            self._ident = one["id"]
            found[one["id"]] = _named(one)
        return found

    def _select(self, options: dict[str, str]) -> None:
        if not options:
            prose(f"There is no {self._kind} yet.")
            return
        made = ui.select(
            options, value=self._ident or None, label=self._kind.capitalize(), with_input=True
        )
        made.props("outlined dense options-dense input-debounce=0").classes("gp-field")
        made.mark("scope")

        async def chosen(event: Any) -> None:
            self._ident = str(event.value or "")
            self._changed()
            await self._reached()

        async def typed(event: Any) -> None:
            words = str(event.args or "").strip()
            if len(options) < _SIZE or len(words) < 2:
                return  # all of them are there
            got = await self._tried(
                self._view.api.get("/search", q=words[:200], kinds=PATHS[self._kind], size=50)
            )
            if got is None or made.is_deleted:
                return
            found = {one["id"]: str(one.get("name") or one["id"]) for one in got["data"]}
            self.names.update(found)
            if made.value and made.value not in found:
                found[made.value] = self.names.get(made.value, made.value)
            made.set_options(found)

        made.on_value_change(chosen)
        made.on("input-value", typed, throttle=0.3)

    async def _reached(self) -> None:
        self._reach.set_text("")
        if self.missing or self._kind == "consumer":
            return
        got = await self._tried(routes_of(self._view.api, self.scope))
        if got is None or self._reach.is_deleted:
            return
        self._reach.set_text(reach_words(self._kind, got.total))

    async def _tried(self, doing: Awaitable[Any]) -> Any:
        try:
            return await doing
        except (Invalid, Trouble) as trouble:
            if not self._reach.is_deleted:
                self._reach.set_text(trouble.message)
            return None


def reach_words(kind: str, count: int) -> str:
    """Return what a scope reaches. kind: empty for everywhere."""
    routes = f"{count:,} route{'' if count == 1 else 's'}"
    if kind == "route":
        return "It reaches this one route."
    if kind == "service":
        return f"It reaches {routes}: those of this service that have no policy of this kind."
    return (
        f"It reaches all {routes} of this control plane, but for those where a route or its "
        "service has a policy of this kind. New routes are reached from their beginning."
    )


def _named(entity: dict[str, Any]) -> str:
    return str(entity.get("username") or entity.get("custom_id") or name_of(entity))
