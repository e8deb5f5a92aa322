"""Choosing a route, and the request bar: method, gateway, path, headers, body."""

from functools import partial
from typing import Any

from nicegui import ui

from gatepost.console.admin_api import Trouble, Unknown
from gatepost.console.parts import action, badge, card, link, primary, prose, row, text
from gatepost.console.searching import page_of
from gatepost.console.trying.desk import Desk
from gatepost.console.trying.suggested import methods
from gatepost.console.view import tell

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_SHOWN = 8


def request_box(desk: Desk) -> None:
    """Put the card on the page."""
    with card("The request"):
        _routes(desk)
        chosen = ui.element("div")
        place = ui.element("div").classes("gp-try-request")

        def draw() -> None:
            chosen.clear()
            place.clear()
            with chosen:
                _chosen(desk)
            with place:
                _bar(desk)

        desk.on("request", draw)
        draw()


def _routes(desk: Desk) -> None:
    with ui.element("div").classes("gp-try-routes"):
        box = ui.input("Route", placeholder="Search by name, host or path").props(
            "outlined dense clearable stack-label debounce=250"
        )
        box.mark("route")
        found = ui.element("div").classes("gp-try-found").props('role="status"')

    async def look(event: Any) -> None:
        wanted = str(event.value or "").strip()
        found.clear()
        if not wanted:
            return
        got: dict[str, Any]
        try:
            got = await desk.view.api.get("/search", q=wanted[:200], kinds="routes", size=_SHOWN)
        except Unknown:
            desk.view.expired()
            return
        except Trouble as trouble:
            got = {"data": [], "total": 0, "problem": trouble.message}
        if not found.is_deleted and str(box.value or "").strip() == wanted:
            found.clear()
            with found:
                _hits(desk, box, got, wanted)

    box.on_value_change(look)


def _hits(desk: Desk, box: ui.input, got: dict[str, Any], wanted: str) -> None:
    async def choose(ident: str) -> None:
        box.set_value("")
        await desk.view.tried(desk.choose(ident))

    if not got["data"]:
        text(got.get("problem") or f"No route is called {wanted!r}.", "quiet")
    for one in got["data"]:
        with row():
            name = str(one.get("name") or one["id"])[:100]
            action(name, partial(choose, str(one["id"])))
            text(one.get("about") or "", "quiet clip")
    more = got.get("total", 0) - len(got["data"])
    if more > 0:
        text(f"and {more:,} more: write more of the name", "quiet")


def _chosen(desk: Desk) -> None:
    route, service = desk.trial.route, desk.trial.service
    if route is None:
        prose("Without a route, write any path: a gateway answers 404 to what no route matches.")
        return
    with row():
        name = str(route.get("name") or route["id"])
        link(name, desk.view.href(page_of("routes", str(route["id"]))), "strong")
        if service is not None:
            text("of", "quiet")
            link(
                str(service.get("name") or service["id"]),
                desk.view.href(page_of("services", str(service["id"]))),
            )
        for one in [str(path) for path in route.get("paths") or ()][:5]:
            text(one, "mono quiet")
        for way in methods(desk.trial.plugins)[:6]:
            badge(way)
        if not desk.trial.plugins:
            badge("no policy: open to everybody", "warn")


def _bar(desk: Desk) -> None:
    trial = desk.trial
    with ui.element("form").classes("gp-try-bar").on("submit.prevent", lambda: _send(desk)):
        known = dict.fromkeys([*_METHODS, trial.method])
        method = ui.select(list(known), value=trial.method, label="Method")
        method.props("outlined dense options-dense").bind_value(trial, "method")
        gateways = {str(one["url"]): str(one["url"]) for one in desk.gateways}
        if trial.gateway and trial.gateway not in gateways:
            gateways[trial.gateway] = f"{trial.gateway} (not known here)"
        gateway = ui.select(gateways, value=trial.gateway or None, label="Gateway")
        gateway.props("outlined dense options-dense")
        gateway.on_value_change(lambda event: setattr(trial, "gateway", event.value or ""))
        path = ui.input("Path and query", value=trial.path).props("outlined dense spellcheck=false")
        path.mark("path").classes("gp-try-path").bind_value(trial, "path")
        primary("Send", lambda: _send(desk), icon="send")
    if any(one.startswith("https://") for one in gateways):
        about = "Whatever certificate the gateway has (for gateways with TLS)"
        ui.switch(about, value=trial.insecure).bind_value(trial, "insecure")
    if not desk.gateways:
        prose(
            "No node is connected that this control plane can reach. Start one, or name its "
            "address in GATEPOST_TRY_GATEWAYS of the control plane."
        )
    with ui.element("div").classes("gp-try-more"):
        headers = ui.textarea(
            "Headers, one on a line", value=written(trial.headers), placeholder="Accept: text/html"
        )
        headers.props("outlined dense stack-label autogrow spellcheck=false").classes(
            "gp-code"
        ).mark("headers")
        headers.on_value_change(lambda event: _read_headers(desk, headers, event.value))
        body = ui.textarea("Body", value=trial.body)
        body.props("outlined dense autogrow spellcheck=false").classes("gp-code").mark("body")
        body.bind_value(trial, "body")
        host = ui.input("Host, where it is another than the gateway's", value=trial.host)
        host.props("outlined dense spellcheck=false").mark("host").bind_value(trial, "host")


def written(headers: tuple[tuple[str, str], ...]) -> str:
    """Return headers as lines."""
    return "\n".join(f"{name}: {value}" for name, value in headers)


def read_headers(lines: str) -> tuple[tuple[tuple[str, str], ...], str | None]:
    """Return the headers in some lines, and the first line that is none."""
    found: list[tuple[str, str]] = []
    for line in lines.splitlines():
        name, colon, value = line.partition(":")
        if colon and name.strip():
            found.append((name.strip(), value.strip()))
        elif line.strip():
            return tuple(found), line.strip()[:60]
    return tuple(found), None


def _read_headers(desk: Desk, box: ui.textarea, lines: str | None) -> None:
    desk.trial.headers, wrong = read_headers(lines or "")
    box.props["error"] = wrong is not None
    box.props["error-message"] = f"Write Name: value. This is none: {wrong}" if wrong else ""
    box.update()


async def _send(desk: Desk) -> None:
    missing = desk.ready()
    if missing is not None:
        tell(missing, bad=True)
        return
    await desk.send()
