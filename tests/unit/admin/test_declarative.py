"""The answers themselves; files and processes are in tests/integration/test_declarative.py."""

import json
from typing import Any

import pytest
from starlette.requests import Request

from gatepost.admin.ask import Ask, ControlPlane
from gatepost.admin.caller import Caller, Role
from gatepost.admin.declarative import apply, look_ahead, show
from gatepost.admin.problem import Refused
from gatepost.values import Fault
from tests.admin_desk import Desk

pytestmark = pytest.mark.anyio

FILE = b"""_format_version: "3.0"
services: [{name: a, host: h, tags: [x]}]
consumers: [{username: ann, keyauth_credentials: [{key: open-sesame}]}]
"""


@pytest.fixture
async def control(desk: Desk) -> ControlPlane:
    return desk.control


def ask(
    control: ControlPlane,
    body: bytes = b"",
    query: str = "",
    role: Role = Role.ADMIN,
    **headers: str,
) -> Ask:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    raw = [(name.replace("_", "-").lower().encode(), v.encode()) for name, v in headers.items()]
    scope = {
        "type": "http",
        "method": "POST",
        "raw_path": b"/declarative",
        "headers": raw,
        "query_string": query.encode(),
    }
    caller = Caller("tests", role, "token")
    return Ask(Request(scope, receive), control, caller, control.plane)


async def test_a_file_is_planned_applied_and_shown(control: ControlPlane) -> None:
    planned = json.loads((await look_ahead(ask(control, FILE))).body)
    assert (planned["version"], planned["summary"]["create"]) == (0, 3)
    applied = await apply(ask(control, FILE, If_Match='"0"'))
    assert applied.headers["etag"] == '"1"'
    shown = await show(ask(control))
    assert shown.headers["etag"] == '"1"'
    assert b"{masked}" in bytes(shown.body)
    assert b"open-sesame" in bytes((await show(ask(control, Gatepost_Secrets="reveal"))).body)
    chosen = bytes((await show(ask(control, query="select_tag=x&with_id=true"))).body)
    assert b"consumers" not in chosen
    assert b"id: " in chosen


async def test_each_role_may_what_it_may(control: ControlPlane) -> None:
    await show(ask(control, role=Role.VIEWER))
    for handler, given in (
        (look_ahead, ask(control, FILE, role=Role.VIEWER)),
        (apply, ask(control, FILE, role=Role.VIEWER)),
        (show, ask(control, role=Role.OPERATOR, Gatepost_Secrets="reveal")),
    ):
        with pytest.raises(Fault, match="role"):
            await handler(given)


async def test_mistakes_are_code_14_with_places(control: ControlPlane) -> None:
    with pytest.raises(Refused) as caught:
        await apply(ask(control, FILE.replace(b"host", b"hots")))
    assert (caught.value.status, caught.value.body["code"]) == (400, 14)
    first = caught.value.body["problems"][0]
    assert (first["path"], first["line"]) == ("services[0].host", 2)


async def test_a_version_that_does_not_fit_is_412(control: ControlPlane) -> None:
    with pytest.raises(Refused) as caught:
        await apply(ask(control, FILE, If_Match='"5"'))
    assert caught.value.status == 412
    assert caught.value.headers["ETag"] == '"0"'


async def test_a_tag_that_cannot_be_one_is_refused(control: ControlPlane) -> None:
    for handler in (show, look_ahead, apply):
        with pytest.raises(Refused, match="select_tag"):
            await handler(ask(control, FILE, query="select_tag=a,b"))


async def test_a_plugin_of_a_consumer_is_refused_until_it_would_run(control: ControlPlane) -> None:
    text = FILE.replace(b"username: ann,", b"username: ann, plugins: [{name: cors}],")
    with pytest.raises(Refused) as caught:
        await look_ahead(ask(control, text))
    assert "scope it to a route" in str(caught.value.body["problems"])


async def test_what_changes_nothing_makes_no_version(control: ControlPlane) -> None:
    await apply(ask(control, FILE))
    again = json.loads((await apply(ask(control, FILE))).body)
    assert (again["version"], again["changes"]) == (1, [])
