"""Trying a route out, and where a login for it comes back to."""

from nicegui import ui

from gatepost.console.admin_api import Gone, Trouble
from gatepost.console.page import Page
from gatepost.console.parts import badge, card, empty, go_button, toolbar
from gatepost.console.trying import LOGINS, Desk
from gatepost.console.trying.answer_box import answer_box
from gatepost.console.trying.claims_box import claims_box
from gatepost.console.trying.ending_box import ending_box
from gatepost.console.trying.keeping_box import collection_box, curl_box, history_box
from gatepost.console.trying.route_box import request_box
from gatepost.console.trying.tabbed import Tabs
from gatepost.console.trying.token_box import token_box
from gatepost.console.trying.what_if_box import what_if_box
from gatepost.console.view import View, tell

_ABOUT = "Send a request as a client would; see what is decided, and why."


async def build(view: View) -> None:
    """Put the page together."""
    with toolbar("Try it", _ABOUT):
        pass
    if not view.may("operator"):
        words = (
            f"What is tried here reaches gateways and providers. You have the role {view.me.role}."
        )
        with empty("Trying takes the role operator", words, icon="lock"):
            pass
        return
    desk = Desk(view)
    await desk.learn()
    ident = view.params.get("route")
    if ident:
        try:
            await desk.choose(ident)
        except Gone:
            tell("There is no such route any more. Choose another.", bad=True)
    request_box(desk)
    with ui.element("div").classes("gp-try"):
        with ui.element("div").classes("gp-try-left"), card("The token"):
            _token(desk)
        with ui.element("div").classes("gp-try-right"):
            answer_box(desk)
    with card("With this request"):
        _more(desk)
    desk.changed("request")
    ui.timer(0.0, desk.look_where, once=True)
    ui.timer(0.0, desk.learn_issuers, once=True)


def _token(desk: Desk) -> None:
    get, says, back = "Get one", "What it says", "Take it back"
    tabs = Tabs("The token", (get, says, back))
    with tabs.panel(get):
        token_box(desk)
    with tabs.panel(says):
        claims_box(desk)
    with tabs.panel(back):
        ending_box(desk)

    def there() -> None:
        if desk.trial.tokens is not None and desk.trial.authorization() and tabs.shown == get:
            tabs.show(says)

    desk.on("token", there)


def _more(desk: Desk) -> None:
    parts = {
        "What if": what_if_box,
        "As a command": curl_box,
        "Sent from this page": history_box,
        "Collection": collection_box,
    }
    tabs = Tabs("What else can be done with the request", list(parts))
    for name, draw in parts.items():
        with tabs.panel(name):
            draw(desk)


async def build_callback(view: View) -> None:
    """Put the page together that a provider sends the browser to after a login."""
    # the code has no business in the browser's history
    _ = ui.run_javascript("history.replaceState(null, '', '/try/callback')")
    with toolbar("Login"):
        pass
    try:
        problem = await LOGINS.back(view.params, view.me)
    except Trouble as trouble:
        problem = trouble.message
    if problem is None:
        with empty("You are logged in", "Go on in the tab that you came from.", icon="task_alt"):
            badge("You can close this one", "good")
        _ = ui.run_javascript("setTimeout(() => window.close(), 2000)")
        return
    with empty("That did not work", problem, icon="error_outline"):
        go_button("Try it", view.href("/try"))


PAGES = (
    Page("/try", "Try it", build, icon="play_circle", group="Look", order=20),
    Page("/try/callback", "Login", build_callback, within="/try"),
)
