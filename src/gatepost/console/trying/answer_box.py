"""What came back: the answer, what the upstream got, and the trace beside it."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nicegui import background_tasks, ui

from gatepost.console.admin_api import Trouble, Unknown
from gatepost.console.parts import (
    Column,
    action,
    badge,
    bytes_of,
    card,
    duration,
    empty,
    facts,
    heading,
    link,
    listing,
    prose,
    row,
    text,
)
from gatepost.console.trying.desk import Desk
from gatepost.console.trying.echoed import of_echo
from gatepost.console.trying.story import short, story
from gatepost.console.trying.tabbed import Tabs
from gatepost.console.trying.trial import Sent, is_json

PATIENCE = 4.0
"""Seconds for which the trace of a request is waited for."""
_STEP = 0.25
_SHOWN = 200_000


def answer_box(desk: Desk) -> None:
    """Put the cards on the page."""
    place = ui.element("div").classes("gp-try-answer")
    place.props["aria-live"] = "polite"

    def draw() -> None:
        place.clear()
        with place:
            if desk.sent is None:
                with empty(
                    "Nothing was sent yet",
                    "The answer comes here, with what the upstream received and why.",
                    icon="send",
                ):
                    pass
                return
            _answer(desk, desk.sent)

    desk.on("sent", draw)
    draw()


def _answer(desk: Desk, sent: Sent) -> None:
    answer = sent.answer
    with card("The answer"):
        with row():
            text(str(sent.status), f"try-status {_tone(sent.status)}")
            text(_MEANS.get(sent.status, ""), "strong")
            took = duration(float(answer["seconds"]))
            text(f"{took} for {sent.call.method} {sent.call.path}", "quiet")
        if answer.get("truncated"):
            badge("cut off: only the first 1 MiB is shown", "warn")
        verdict = ui.element("div").props('role="status"')
        with verdict:
            text("Waiting for the trace…", "quiet")
        tabs = Tabs("The answer", ("Body", "Headers", "At the upstream", "Why"))
        with tabs.panel("Body"):
            body = str(answer.get("body") or "")
            if answer.get("encoding") == "base64":
                prose(f"The body is no text ({bytes_of(len(body) * 3 / 4)}); shown in base64.")
            _pre(_readable(answer), "Body of the answer")
        with tabs.panel("Headers"):
            _fields("Headers of the answer", answer["headers"])
        with tabs.panel("At the upstream"):
            received = ui.element("div").classes("gp-section")
            with received:
                _received(of_echo(answer), None)
        with tabs.panel("Why"):
            why = ui.element("div").classes("gp-try-story")
    places = _Places(verdict, received, why)
    _ = background_tasks.create(_follow(desk, sent, places), name="a trace")


@dataclass(frozen=True, slots=True)
class _Places:
    """What the trace fills when it comes."""

    verdict: ui.element
    received: ui.element
    why: ui.element


async def _follow(desk: Desk, sent: Sent, places: _Places) -> None:
    """Wait for the trace of what was sent, and show it."""
    loop = asyncio.get_running_loop()
    ends = loop.time() + PATIENCE
    trace, problem = None, ""
    while trace is None and loop.time() < ends and not places.why.is_deleted:
        try:
            trace = await desk.trace(sent.mark)
        except Unknown:
            with desk.client:
                desk.view.expired()
            return
        except Trouble as trouble:
            problem = trouble.message
        if trace is None:
            await asyncio.sleep(_STEP)
    if places.why.is_deleted:
        return
    places.verdict.clear()
    if trace is None:
        with places.verdict:
            text("No trace of it has come.", "quiet")
        with places.why:
            _untold(desk, problem)
        return
    with places.verdict:
        short(desk, trace)
    with places.why:
        with row():
            link("Open this trace", desk.view.href(f"/traces/{trace['id']}"))
            text(f"mark {sent.mark}", "quiet small mono")
        story(desk, trace)
    places.received.clear()
    with places.received:
        _received(of_echo(sent.answer), trace)


def _untold(desk: Desk, problem: str) -> None:
    prose(
        problem
        or "No node has told of this request within four seconds. Nodes tell of some requests "
        "only; how many is bounded."
    )
    prose("What the configuration says of the same request can be asked without sending it.")
    place = ui.element("div")

    async def explain() -> None:
        told = await desk.view.tried(desk.explained())
        if told is not None:
            place.clear()
            with place:
                story(desk, told)

    with row():
        action("Explain it", explain, icon="help_outline")


def _received(echoed: Mapping[str, Any] | None, trace: Mapping[str, Any] | None) -> None:
    edits = ((trace or {}).get("upstream") or {}).get("headers") or []
    if edits:
        heading("Changed by the gateway", 3)
        changed = [[n, "taken away" if v is None else v] for n, v in edits]
        _fields("Headers changed by the gateway", changed)
    if echoed is not None:
        heading("As it came to the upstream", 3)
        about = "The upstream is the development echo: its answer is what it received."
        text(about, "quiet small", tag="p")
        facts([(name, value) for name, value in echoed["line"] if value])
        _fields("Headers at the upstream", echoed["headers"])
        if echoed["body"]:
            heading("Body", 3)
            _pre(str(echoed["body"]), "Body at the upstream")
    if echoed is None and not edits:
        if trace is not None and trace.get("outcome") != "forward":
            prose("Nothing: the request did not get there.")
        else:
            prose("Nothing is known of it. The development echo as upstream tells what it gets.")


def _fields(title: str, headers: Any) -> None:
    rows = [{"name": str(name), "value": str(value)} for name, value in headers]
    listing(title, _COLUMNS, rows)


def _pre(words: str, label: str) -> None:
    shown = words[:_SHOWN]
    made = ui.element("pre").classes("gp-try-body gp-mono")
    made.props["tabindex"] = "0"
    made.props["role"] = "region"
    made.props["aria-label"] = label
    with made:
        ui.label(shown).classes("gp-pre")
    if len(words) > len(shown):
        prose(f"{len(words) - len(shown):,} more characters are not drawn.")
    if not words:
        prose("The body is empty.")


def _readable(answer: Mapping[str, Any]) -> str:
    body = str(answer.get("body") or "")
    if is_json(answer) and not answer.get("truncated"):
        try:
            return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
        except (ValueError, RecursionError):
            return body
    return body


def _tone(status: int) -> str:
    return "good" if status < 300 else "warn" if status < 400 else "bad"


_COLUMNS = (
    Column("Name", lambda one: one["name"], kind="mono"),
    Column("Value", lambda one: one["value"], kind="mono"),
)
_MEANS = {
    200: "OK", 201: "Created", 202: "Accepted", 204: "No content", 301: "Moved", 302: "Found",
    303: "See other", 304: "Not modified", 307: "Temporary redirect", 308: "Permanent redirect",
    400: "Bad request", 401: "Unauthorized: no credential that is good", 403: "Forbidden",
    404: "Not found", 405: "Method not allowed", 409: "Conflict", 413: "Too large",
    415: "Unsupported media type", 422: "Unprocessable", 429: "Too many requests",
    500: "Internal error", 502: "Bad gateway", 503: "Unavailable", 504: "Gateway timeout",
}  # fmt: skip
