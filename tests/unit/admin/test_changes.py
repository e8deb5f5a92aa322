from typing import Any

import pytest

from gatepost.admin import entity_handlers, writing
from gatepost.admin.changes import without_secrets
from gatepost.store.database import Database
from tests.admin_desk import Desk, judging_desk

pytestmark = pytest.mark.anyio

ISSUER = "https://id.example"
SECRET = "a-client-secret-of-32-characters"


async def test_no_secret_is_in_the_log_and_a_changed_one_is_told(database: Database) -> None:
    config = {"issuer": ISSUER, "client_id": ["a"], "client_secret": [SECRET]}
    async with judging_desk(database) as desk:
        made = (
            await desk.ask("POST", "/plugins", {"name": "openid-connect", "config": config})
        ).json()
        change = {"config": {"client_secret": [f"{SECRET}-new"]}}
        status, said = (await desk.ask("PATCH", f"/plugins/{made['id']}", change)).told
        assert status == 200, said
        await desk.ask("PATCH", f"/plugins/{made['id']}", {"enabled": False})
        log = (await desk.ask("GET", "/audit")).json()
        assert SECRET not in str(log)
        off, changed, created = log["data"]
        assert created["after"]["config"]["client_secret"] == ["{masked}"]
        assert changed["after"]["secrets_changed"] is True
        assert "secrets_changed" not in off["after"]


async def test_who_lets_secrets_be_shown_is_in_the_log(database: Database) -> None:
    async with judging_desk(database) as desk:
        await desk.ask("POST", "/consumers", {"username": "ann"})
        await desk.ask("POST", "/consumers/ann/key-auth", {"key": SECRET})
        assert SECRET not in str(await desk.ask("GET", "/key-auths"))
        assert SECRET in str(await desk.ask("GET", "/key-auths", gatepost_secrets="reveal"))
        log = (await desk.ask("GET", "/audit?size=1")).json()
        assert (log["data"][0]["action"], log["data"][0]["kind"]) == ("reveal", "secrets")
        assert SECRET not in str(await desk.ask("GET", "/audit"))


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


def test_a_path_is_noted_without_the_secret_that_names_an_entity() -> None:
    ident = "00000000-0000-4000-8000-000000000001"
    for path in ("/key-auths/{}", "/consumers/u/key-auth/{}", "/v2/x/key-auths/{}/consumer"):
        assert without_secrets(path.format("my%20key")) == path.format("{masked}")
        assert without_secrets(path.format(ident)) == path.format(ident)
    assert without_secrets("/services/s/plugins") == "/services/s/plugins"
