from typing import Any

import pytest

from gatepost.admin import entity_handlers, writing
from tests.admin_desk import Desk

pytestmark = pytest.mark.anyio


async def test_every_write_goes_through_one_place(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[Any, ...]] = []

    async def note(
        writer: Any, caller: Any, action: str, kind: str, before: Any, after: Any
    ) -> None:
        seen.append((caller.name, action, kind, before is not None, after is not None))

    monkeypatch.setattr(writing, "changed", note)
    made = await desk.make("/services", name="s", host="a.test")
    await desk.ask("PATCH", "/services/s", {"retries": 1})
    await desk.ask("PUT", "/services/s", {"host": "b.test"})
    await desk.ask("POST", "/services", {"name": "s", "host": "b.test"})
    await desk.ask("PUT", "/routes/r", {"paths": ["/"], "service": {"id": made["id"]}})
    plugin = {"name": "openid-connect", "config": {"issuer": "https://a.test"}}
    await desk.make("/routes/r/plugins", **plugin)
    await desk.ask("DELETE", "/routes/r")
    await desk.ask("DELETE", "/routes/r")
    await desk.make("/consumer_groups", name="g")
    await desk.make("/consumers", username="c")
    await desk.make("/consumer_groups/g/consumers", consumer="c")
    await desk.ask("DELETE", "/consumer_groups/g/consumers/c")
    assert seen == [
        ("tests", "create", "services", False, True),
        ("tests", "update", "services", True, True),
        ("tests", "update", "services", True, True),
        ("tests", "create", "routes", False, True),
        ("tests", "create", "plugins", False, True),
        ("tests", "delete", "plugins", True, False),
        ("tests", "delete", "routes", True, False),
        ("tests", "create", "consumer_groups", False, True),
        ("tests", "create", "consumers", False, True),
        ("tests", "create", "consumer_group_consumers", False, True),
        ("tests", "delete", "consumer_group_consumers", True, False),
    ]


async def test_whoever_is_shown_secrets_is_noted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    async def note(ask: Any) -> None:
        seen.append(ask.path)

    monkeypatch.setattr(entity_handlers, "revealed", note)
    await desk.ask("GET", "/plugins", gatepost_secrets="reveal")
    await desk.get("/plugins")
    assert seen == ["/plugins"]
