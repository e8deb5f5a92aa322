import pytest

from gatepost.store.database import Database
from tests.unit.admin.asking import admin_api

pytestmark = pytest.mark.anyio


async def test_every_change_is_there_with_who_what_before_and_after(database: Database) -> None:
    async with admin_api(database) as api:
        _, service, _ = await api("POST", "/services", {"name": "a", "host": "a.example"})
        await api("PATCH", "/services/a", {"host": "b.example"})
        await api("DELETE", "/services/a")
        _, log, _ = await api("GET", f"/audit?kind=services&entity={service['id']}")
        told = [(one["action"], one["who"], one["name"]) for one in log["data"]]
        assert told == [(action, "loopback", "a") for action in ("delete", "update", "create")]
        update = log["data"][1]
        assert (update["before"]["host"], update["after"]["host"]) == ("a.example", "b.example")
        assert log["data"][0]["after"] is None


async def test_the_log_is_read_in_pages_newest_first(database: Database) -> None:
    async with admin_api(database) as api:
        for number in range(5):
            await api("POST", "/consumers", {"username": f"c{number}"})
        seen, path = [], "/audit?size=2"
        while path:
            _, got, _ = await api("GET", path)
            seen += [one["name"] for one in got["data"]]
            path = got["next"]
        assert seen == ["c4", "c3", "c2", "c1", "c0"]
        assert (await api("GET", "/audit?offset=eA=="))[0] == 400


async def test_the_next_page_is_about_the_same_as_the_first(database: Database) -> None:
    async with admin_api(database) as api:
        for number in range(3):
            await api("POST", "/consumers", {"username": f"c{number}"})
            await api("POST", "/services", {"name": f"s{number}", "host": "up.test"})
        seen, path = [], "/audit?kind=services&size=1"
        while path:
            _, got, _ = await api("GET", path)
            seen += [one["name"] for one in got["data"]]
            path = got["next"]
        assert seen == ["s2", "s1", "s0"]


async def test_what_failed_is_not_in_the_log(database: Database) -> None:
    async with admin_api(database) as api:
        await api("POST", "/services", {"name": "a"})
        await api("POST", "/routes", {"paths": ["/"], "service": {"name": "nowhere"}})
        assert (await api("GET", "/audit"))[1]["data"] == []
