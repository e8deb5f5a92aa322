"""Parts that stand behind one another, with tabs to choose among them."""

from collections.abc import Sequence
from typing import final

from nicegui import ui


@final
class Tabs:
    """Tabs by their names; what stands on each is put ``with tabs.panel(name)``."""

    def __init__(self, about: str, names: Sequence[str]) -> None:
        self._tabs = ui.tabs().props("dense no-caps inline-label align=left outside-arrows")
        self._tabs.classes("gp-try-tabs").props["aria-label"] = about
        with self._tabs:
            for name in names:
                ui.tab(name)
        self._panels = ui.tab_panels(self._tabs, value=names[0], animated=False)
        self._panels.classes("gp-try-panels")
        self._of: dict[str, ui.element] = {}
        with self._panels:
            for name in names:
                self._of[name] = ui.tab_panel(name)

    def panel(self, name: str) -> ui.element:
        """Return what stands behind a tab."""
        return self._of[name]

    def show(self, name: str) -> None:
        """Choose a tab."""
        self._panels.set_value(name)

    @property
    def shown(self) -> str:
        """The tab that is chosen."""
        return str(self._panels.value)
