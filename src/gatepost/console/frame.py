"""What stands around every page: navigation, search, who looks, and what is wrong just now."""

from collections.abc import Sequence
from typing import Any

from nicegui import ui

from gatepost.console.admin_api import Away, Denied, Gone, Trouble
from gatepost.console.page import GROUPS, Page
from gatepost.console.parts import action, heading, link, prose, row, text
from gatepost.console.searching import search_box
from gatepost.console.view import View

KEYS = (
    ("/", "search"),
    ("g then o", "overview"),
    ("g then s", "services"),
    ("g then n", "data planes"),
    ("g then t", "traces"),
    ("g then y", "try it"),
    ("?", "these keys"),
    ("Esc", "close what is open"),
)


def framed(view: View, page: Page, pages: Sequence[Page]) -> ui.element:
    """Put the frame on the page; return the element that the page's own content goes into."""
    ui.query("html").props('lang="en"')
    with ui.context.client.layout:
        # not NiceGUI's own: that asks the browser whether it is open, and fails when a tab is gone
        drawer = ui.element("q-drawer").props(
            "side=left width=232 breakpoint=1023 show-if-above no-swipe-open"
        )
        drawer.props["aria-label"] = "Navigation"
    with drawer.classes("gp-drawer"):
        _navigation(view, page, pages)
    with ui.header(elevated=False).classes("gp-header"):
        menu = ui.button(icon="menu", color=None).props("flat dense round")
        menu.on_click(lambda: drawer.run_method("toggle"))
        menu.classes("gp-menu gp-icon-button").props["aria-label"] = "Navigation"
        search_box(view)
        ui.element("div").classes("gp-grow")
        _plane(view)
        _theme()
        _who(view)
    banner = ui.element("div").classes("gp-banner").props('role="alert"')
    banner.set_visibility(False)
    with banner:
        ui.icon("cloud_off").props('aria-hidden="true"')
        said = text("")
    view.trouble = _Banner(banner, said)
    view.expired = _Expired(view)
    # the page around it is the landmark already
    main = ui.element("div").classes("gp-main").props('id="main" tabindex="-1"')
    _keys()
    _skip()
    return main


def failed(view: View, trouble: Trouble) -> None:
    """Fill a page whose beginning did not work; where it may work later, it is tried again."""
    titles: dict[type[Trouble], str] = {
        Away: "The control plane does not answer",
        Denied: "You may not see this",
        Gone: "There is no such thing",
    }
    with ui.element("div").classes("gp-empty"):
        ui.icon("cloud_off" if isinstance(trouble, Away) else "help_outline").props(
            'aria-hidden="true"'
        )
        heading(titles.get(type(trouble), "That did not work"))
        prose(trouble.message)
        if isinstance(trouble, Away):
            prose("This page looks again by itself and opens when it answers.")
            ui.timer(3.0, lambda: ui.run_javascript("gatepost.again()"))
        with row("gp-centre"):
            action("Try again", lambda: ui.run_javascript("location.reload()"), icon="refresh")
            if not isinstance(trouble, Away):
                link("Overview", view.href("/"))


class _Banner:
    """Tells what is wrong just now, above everything; silent when nothing is."""

    def __init__(self, banner: ui.element, said: Any) -> None:
        self._banner = banner
        self._said = said

    def __call__(self, trouble: Trouble | None) -> None:
        if trouble is None:
            if self._banner.visible:
                self._banner.set_visibility(False)
        elif not self._banner.is_deleted:
            words = f"{trouble.message} What you see may be old. Trying again…"
            self._said.set_text(words)
            self._banner.set_visibility(True)


class _Expired:
    """Says, once, that the Admin API does not know who looks any more; leads to the entrance."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._told = False

    def __call__(self) -> None:
        if self._told:
            return
        self._told = True
        with ui.context.client.layout, ui.dialog(value=True).props("persistent") as dialog:
            dialog.props["aria-label"] = "You are signed out"
            with ui.card().classes("gp-dialog"):
                heading("You are signed out", 2)
                prose("Nothing that you see is lost. Sign in again; you will be back on this page.")
                with row("gp-end"):
                    action("Sign in", lambda: ui.run_javascript("gatepost.enter()"))


def _skip() -> None:
    """Put a link to the content before everything else."""
    with ui.context.client.layout:
        skip = ui.element("a").props('href="#main"').classes("gp-skip")
    skip.move(target_index=0)
    with skip:
        ui.label("Skip to the content")


def _navigation(view: View, page: Page, pages: Sequence[Page]) -> None:
    with ui.element("a").classes("gp-brand") as brand:
        brand.props["href"] = view.href("/")
        ui.html(_MARK, sanitize=False).props('aria-hidden="true"')
        ui.label("Gatepost")
    here = page.within or page.path
    with ui.element("nav").props('aria-label="Pages"'):
        for group in GROUPS:
            fitting = [one for one in pages if one.group == group and one.icon]
            if not fitting:
                continue
            if group:
                text(group, "nav-group", tag="h2")
            with ui.element("ul"):
                for one in fitting:
                    with ui.element("li"):
                        _entry(view, one, here=one.path == here)


def _entry(view: View, page: Page, *, here: bool) -> None:
    with ui.element("a").classes("gp-nav" + (" gp-here" if here else "")) as made:
        made.props["href"] = view.href(page.path)
        if here:
            made.props["aria-current"] = "page"
        ui.icon(page.icon).props('aria-hidden="true"')
        ui.label(page.title)


def _plane(view: View) -> None:
    """Choose among control planes, where there are several."""
    if len(view.planes) < 2:
        return
    default = next((one["id"] for one in view.planes if one.get("name") == "default"), "")
    names = {one["id"]: str(one.get("name") or one["id"]) for one in view.planes}

    def chosen(event: Any) -> None:
        view.plane = None if event.value == default else event.value
        ui.navigate.to(view.href("/"))

    made = ui.select(names, value=view.plane or default, on_change=chosen)
    made.props("dense outlined options-dense").classes("gp-plane").props["aria-label"] = (
        "Control plane"
    )


def _theme() -> None:
    button = (
        ui.button(icon="contrast", color=None).props("flat dense round").classes("gp-icon-button")
    )
    button.props["aria-label"] = "Light or dark"
    button.on("click", js_handler="() => gatepost.theme()")


def _who(view: View) -> None:
    with ui.button(icon="account_circle", color=None).props("flat dense round") as button:
        button.classes("gp-icon-button").props["aria-label"] = f"{view.me.name}, {view.me.role}"
        with ui.menu().props("auto-close"), ui.element("div").classes("gp-who"):
            text(view.me.name, "strong")
            text(f"{view.me.role}, by {view.me.how}", "quiet")
            if view.me.how != "loopback":
                leave = ui.element("form").props('method="post" action="/leave"')
                with leave, ui.element("button").props('type="submit"').classes("gp-leave"):
                    text("Sign out")


def _keys() -> None:
    with ui.dialog() as dialog, ui.card().classes("gp-dialog"):
        dialog.props["aria-label"] = "Keys"
        heading("Keys", 2)
        with ui.element("dl").classes("gp-facts"):
            for key, what in KEYS:
                with ui.element("dt"):
                    text(key, "mono", tag="kbd")
                text(what, tag="dd")
        action("Close", dialog.close)
    hidden = (
        ui.button(on_click=dialog.open).classes("gp-hidden").props('id="gp-keys" tabindex="-1"')
    )
    hidden.props["aria-hidden"] = "true"


_MARK = (
    '<svg viewBox="0 0 24 24" width="22" height="22" fill="none" stroke="currentColor" '
    'stroke-width="2" stroke-linecap="round"><path d="M5 21V6l3-3 3 3v15"/>'
    '<path d="M11 10h9M11 16h9M20 8v10"/></svg>'
)
