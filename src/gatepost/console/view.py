"""What a page is built from: who looks, at which control plane, and what can be asked of it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

from nicegui import ui

from gatepost.console.admin_api import AdminApi, Trouble, Unknown

T = TypeVar("T")

ROLES = ("viewer", "operator", "admin")


@dataclass(frozen=True, slots=True)
class Me:
    """Who looks. how: they were let in (``loopback``, ``token …``, ``login …``)."""

    name: str
    role: str
    how: str
    plane: str | None = None

    def may(self, role: str) -> bool:
        """Say whether somebody may act as this role."""
        return ROLES.index(self.role) >= ROLES.index(role)


@dataclass(slots=True)
class View:
    """One page for one person. plane: id of the control plane, None for the default one.

    params: what the path holds, and the query beside it. keyboard: keys that do something here.
    """

    api: AdminApi
    me: Me
    params: Mapping[str, str]
    plane: str | None = None
    planes: list[dict[str, Any]] = field(default_factory=list)
    path: str = "/"
    expired: Callable[[], None] = lambda: None
    trouble: Callable[[Trouble | None], None] = lambda _: None

    def may(self, role: str = "operator") -> bool:
        """Say whether who looks may act as this role."""
        return self.me.may(role)

    def href(self, path: str, **query: Any) -> str:
        """Return the address of a page of the same control plane."""
        asked = {name: str(value) for name, value in query.items() if value is not None}
        if self.plane:
            asked["plane"] = self.plane
        return path + (f"?{urlencode(asked)}" if asked else "")

    def go(self, path: str, **query: Any) -> None:
        """Open another page."""
        ui.navigate.to(self.href(path, **query))

    async def tried(self, doing: Awaitable[T], *, done: str | None = None) -> T | None:
        """Await something that changes, and tell how it went; None when it did not work.

        What is wrong with a field is told at the field: catch ``Invalid`` before, for that.
        """
        try:
            result = await doing
        except Unknown:
            self.expired()
            return None
        except Trouble as trouble:
            tell(trouble.message, bad=True)
            return None
        if done:
            tell(done)
        return result

    async def did(self, doing: Awaitable[Any], *, done: str | None = None) -> bool:
        """Await something of which nothing comes back; return whether it worked. See ``tried``."""

        async def whole() -> bool:
            await doing
            return True

        return bool(await self.tried(whole(), done=done))


def tell(words: str, *, bad: bool = False) -> None:
    """Show some words at the bottom for a while; what went wrong stays until it is closed."""
    ui.notify(
        words[:500],
        type="negative" if bad else "positive",
        position="bottom",
        timeout=0 if bad else 4000,
        close_button="Close" if bad else False,
        multi_line=len(words) > 80,
    )
