import pytest

from gatepost.admin.changes import recorded
from gatepost.store.database import Database
from tests.unit.admin.asking import admin_api

pytestmark = pytest.mark.anyio

ISSUER = "https://id.example"
SECRET = "a-client-secret-of-32-characters"


async def test_no_secret_is_in_the_log_and_a_changed_one_is_told(database: Database) -> None:
    config = {"issuer": ISSUER, "client_id": ["a"], "client_secret": [SECRET]}
    async with admin_api(database) as api:
        _, made, _ = await api("POST", "/plugins", {"name": "openid-connect", "config": config})
        change = {"config": {"client_secret": [f"{SECRET}-new"]}}
        status, said, _ = await api("PATCH", f"/plugins/{made['id']}", change)
        assert status == 200, said
        await api("PATCH", f"/plugins/{made['id']}", {"enabled": False})
        _, log, _ = await api("GET", "/audit")
        assert SECRET not in str(log)
        off, changed, created = log["data"]
        assert created["after"]["config"]["client_secret"] == ["{masked}"]
        assert changed["after"]["secrets_changed"] is True
        assert "secrets_changed" not in off["after"]


async def test_who_lets_secrets_be_shown_is_in_the_log(database: Database) -> None:
    async with admin_api(database) as api:
        await api("POST", "/consumers", {"username": "ann"})
        await api("POST", "/consumers/ann/key-auth", {"key": SECRET})
        assert SECRET not in str(await api("GET", "/key-auths"))
        assert SECRET in str(await api("GET", "/key-auths", gatepost_secrets="reveal"))
        _, log, _ = await api("GET", "/audit?size=1")
        assert (log["data"][0]["action"], log["data"][0]["kind"]) == ("reveal", "secrets")
        assert SECRET not in str(await api("GET", "/audit"))


def test_a_plugin_that_is_not_installed_any_more_is_hidden_whole() -> None:
    shown = recorded("plugins", {"name": "gone", "config": {"any": SECRET}})
    assert shown["config"] == {"any": "{masked}"}
