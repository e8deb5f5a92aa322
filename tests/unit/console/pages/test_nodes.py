import time
from typing import Any

import pytest

from gatepost.console.pages.nodes import build
from tests.unit.console.hands import press_icon
from tests.unit.console.shown import admin_api, opened, press, ui, view_of

pytestmark = pytest.mark.anyio

NASTY = "<script>alert(1)</script>\u202e"


def node(ident: str = "3f2a9c1e-7", **fields: Any) -> dict[str, Any]:
    now = int(time.time())
    told = {
        "id": ident, "hostname": "gate-1", "ip": "10.0.0.7", "version": "0.1.0",
        "last_seen": now - 60, "config_hash": "aa" * 16, "sync_status": "normal", "labels": {},
        "cert_details": {"expiry_timestamp": now + 20 * 86400 + 50}, "connected": True,
        "in_sync": True, "sync_reason": None, "enrolled_at": now - 99, "revoked_at": None,
        "revoked_why": None,
    }  # fmt: skip
    return {**told, **fields}


def token(**fields: Any) -> dict[str, Any]:
    now = int(time.time())
    told = {"id": "e1", "created_at": now - 60, "expires_at": now + 3600, "used_at": None}
    return {**told, "used_by": None, **fields}


async def test_nodes_are_listed_with_how_they_are() -> None:
    async with admin_api() as (api, answers):
        refused = node("2", hostname=NASTY, sync_status="refused", sync_reason=f"{NASTY} missing")
        away = node("3", hostname="", connected=False)
        answers.say("/clustering/data-planes", {"data": [node(), refused, away], "next": None})
        gateway = {"url": "http://10.0.0.7:8000", "node": "3f2a9c1e-7", "hostname": "gate-1"}
        answers.say("/try/gateways", {"data": [gateway]})
        async with opened(build, view_of(api)) as user:
            for words in (
                "gate-1", "in sync", "refused", f"{NASTY} missing", "away since 1 min",
                "1 min ago", "in 20 d", "1 in sync", "http://10.0.0.7:8000",
            ):  # fmt: skip
                await user.should_see(words)
            (name,) = user.find("gate-1").elements
            assert name.parent_slot.parent.props["href"] == "/nodes/3f2a9c1e-7"


async def test_no_node_yet_teaches_and_leads_to_adding_one() -> None:
    async with admin_api() as (api, answers):
        answers.say("/clustering/data-planes", {"data": [], "next": None})
        answers.say("/clustering/tokens", {"data": [], "next": None})
        async with opened(build, view_of(api, plane="p-1")) as user:
            await user.should_see("No node yet")
            buttons = [one for one in user.find(kind=ui.button).elements if one.text]
            assert {one.props["href"] for one in buttons} == {"/nodes/new?plane=p-1"}


async def test_a_viewer_sees_nodes_and_is_told_why_adding_is_off() -> None:
    async with admin_api() as (api, answers):
        answers.say("/clustering/data-planes", {"data": [node()], "next": None})
        async with opened(build, view_of(api, role="viewer")) as user:
            await user.should_see("gate-1")
            await user.should_see("This takes the role operator; you have viewer.")
        assert all("tokens" not in one.path for one in answers.asked)


async def test_unused_tokens_are_listed_and_dropped_after_a_question() -> None:
    async with admin_api() as (api, answers):
        answers.say("/clustering/data-planes", {"data": [node()], "next": None})
        old, used = token(id="old", expires_at=1), token(id="used", used_at=5, used_by="x")
        answers.say("/clustering/tokens", {"data": [token(), old, used], "next": None})
        answers.say("/clustering/tokens/e1", {})
        async with opened(build, view_of(api)) as user:
            await user.should_see("Tokens that wait for a node")
            await user.should_not_see("old")
            press_icon(user, "Drop e1")
            await user.should_see("Whoever has it cannot add a node with it any more")
            press(user, "Drop it")
            await user.should_see("The token is dropped.")
        assert ("DELETE", "/clustering/tokens/e1") in [(o.method, o.path) for o in answers.asked]


async def test_when_nobody_answers_it_says_so_and_offers_to_try_again() -> None:
    async with admin_api() as (api, answers):
        answers.say("/clustering/data-planes", {"message": "The database is away"}, 503)
        async with opened(build, view_of(api)) as user:
            await user.should_see("The database is away")
            await user.should_see("Try again")
