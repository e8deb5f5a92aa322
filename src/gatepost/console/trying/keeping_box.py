"""Copying the request, what was sent before, and collections as files."""

import time
from dataclasses import replace
from typing import Any

from nicegui import events, ui

from gatepost.console.collection import Collection, NotOurs, insomnia, postman, read
from gatepost.console.parts import (
    Column,
    action,
    ago,
    copied,
    icon_button,
    listing,
    prose,
    row,
    text,
)
from gatepost.console.trying.curl import command
from gatepost.console.trying.desk import Desk
from gatepost.console.trying.trial import Sent
from gatepost.console.view import tell

_MOST = 2 * 1024 * 1024


def curl_box(desk: Desk) -> None:
    """Put the request as a command on the page."""
    whole = ui.switch("With the token in it")
    prose(
        "Without it, the command takes the token from the shell's variable TOKEN. With it, "
        "whoever sees the command can use the token."
    )
    place = ui.element("div")

    def draw() -> None:
        place.clear()
        with place:
            copied(command(desk.trial, with_token=bool(whole.value)), label="Copy as curl")

    whole.on_value_change(draw)
    desk.on("request", draw)
    desk.on("token", draw)
    desk.on("sent", draw)
    action("Write it anew", draw, icon="refresh")
    draw()


def history_box(desk: Desk) -> None:
    """Put what was sent from it on the page."""
    place = ui.element("div")

    def draw() -> None:
        place.clear()
        with place:
            if not desk.trial.history:
                prose("What you send is listed here until you leave the page.")
                return
            rows = [{"sent": one} for one in desk.trial.history]
            listing("Sent from this page", _SENT, rows, actions=lambda one: _again(desk, one))

    desk.on("sent", draw)
    draw()


_SENT = (
    Column("When", lambda one: ago(one["sent"].at, time.time()), kind="quiet"),
    Column(
        "Request", lambda one: f"{one['sent'].call.method} {one['sent'].call.path}", kind="mono"
    ),
    Column("Answer", lambda one: str(one["sent"].status)),
)


def _again(desk: Desk, one: dict[str, Any]) -> None:
    sent: Sent = one["sent"]

    def show() -> None:
        desk.sent = sent
        desk.changed("sent")

    def load() -> None:
        desk.trial.gateway = sent.call.base
        desk.trial.load(sent.call)
        desk.changed("request", "token")

    icon_button("visibility", f"Show the answer to {sent.call.name}"[:100], show)
    icon_button("replay", f"Take {sent.call.name} again"[:100], load)


def collection_box(desk: Desk) -> None:
    """Put the collection on the page."""
    prose(
        "Keep requests together with how their token is got, as a file for Insomnia or "
        "Postman. The file is the only place where they are kept: share it to share them."
    )
    place = ui.element("div").classes("gp-section")

    def draw() -> None:
        place.clear()
        with place:
            _Kept(desk, draw)

    draw()


class _Kept:
    """The collection as it stands. draw: puts all of it on the page anew."""

    def __init__(self, desk: Desk, draw: Any) -> None:
        self._desk = desk
        self._draw = draw
        held = desk.trial.collection
        self._name = ui.input("Name of the collection", value=held.name)
        self._name.props("outlined dense").mark("collection")
        self._name.on_value_change(self._rename)
        self._call = ui.input("Name of the request", placeholder="What it does")
        self._call.props("outlined dense stack-label").mark("call")
        with row():
            action("Add this request", self._add, icon="playlist_add")
        if held.calls:
            rows = [{"call": one, "place": place} for place, one in enumerate(held.calls)]
            listing("Requests of the collection", _CALLS, rows, actions=self._actions)
            self._saving()
        self._opening()

    def _rename(self, event: Any) -> None:
        trial = self._desk.trial
        trial.collection = replace(
            trial.collection, name=(event.value or "").strip()[:200] or "Gatepost"
        )

    def _add(self) -> None:
        trial, sent = self._desk.trial, self._desk.sent
        call = trial.call(str(self._call.value or "").strip()[:200])
        if sent is not None and replace(sent.call, name=call.name) == replace(
            call, expects=sent.call.expects, is_json=sent.call.is_json
        ):
            call = replace(call, expects=sent.call.expects, is_json=sent.call.is_json)
        trial.collection = replace(trial.collection, calls=(*trial.collection.calls, call))
        self._draw()

    def _actions(self, one: dict[str, Any]) -> None:
        trial, place = self._desk.trial, one["place"]

        def load() -> None:
            trial.load(trial.collection.calls[place])
            self._desk.changed("request", "token")
            tell("It can be sent now. Get its token first, where it wants one.")

        def remove() -> None:
            calls = trial.collection.calls
            trial.collection = replace(trial.collection, calls=calls[:place] + calls[place + 1 :])
            self._draw()

        name = one["call"].name[:80]
        icon_button("replay", f"Take {name} to be sent", load)
        icon_button("close", f"Take {name} out of the collection", remove)

    def _saving(self) -> None:
        secrets = ui.switch("With the secrets in the file")
        prose(
            "Client secrets, passwords and tokens are variables of the file, and empty. With this "
            "on, they are in the file, and whoever gets the file has them."
        )

        def save(kind: str) -> None:
            held = self._desk.trial.collection
            wanted = bool(secrets.value)
            if kind == "insomnia":
                date = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
                written = insomnia.exported(held, date, with_secrets=wanted)
                ending = insomnia.ENDING
            else:
                written, ending = postman.exported(held, with_secrets=wanted), postman.ENDING
            ui.download.content(written.encode(), held.file_name(ending), "application/json")

        with row():
            action("Save for Insomnia", lambda: save("insomnia"), icon="download")
            action("Save for Postman", lambda: save("postman"), icon="download")

    def _opening(self) -> None:
        text(
            "Open a file that was saved here, in Insomnia (version 4) or in Postman (2.1):", "quiet"
        )
        box = ui.upload(
            label="Open a collection", auto_upload=True, max_files=1, max_file_size=_MOST,
            on_upload=self._opened, on_rejected=lambda: tell("Files up to 2 MiB.", bad=True),
        )  # fmt: skip
        box.props("accept=.json flat bordered").classes("gp-try-upload")

    async def _opened(self, event: events.UploadEventArguments) -> None:
        try:
            content = (await event.file.read()).decode()
            opened: Collection = read(content)
        except UnicodeDecodeError:
            tell("This file is no text.", bad=True)
            return
        except NotOurs as wrong:
            tell(wrong.message, bad=True)
            return
        self._desk.trial.collection = opened
        tell(f"{len(opened.calls)} requests are in it.")
        self._draw()


_WAYS: dict[str, str] = {
    "chained": "a token that is asked for before",
    "bearer": "a token that was pasted",
    "basic": "id and secret to the gateway",
    "none": "none",
}
_CALLS = (
    Column("Name", lambda one: one["call"].name, kind="strong"),
    Column("Request", lambda one: f"{one['call'].method} {one['call'].path}", kind="mono"),
    Column("Credential", lambda one: _WAYS[one["call"].way], kind="quiet"),
)
