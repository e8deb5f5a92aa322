from urllib.parse import quote

import pytest

from gatepost.store.database import Database
from tests.admin_desk import judging_desk

pytestmark = pytest.mark.anyio


async def test_every_change_is_there_with_who_what_before_and_after(database: Database) -> None:
    async with judging_desk(database) as desk:
        service = (await desk.ask("POST", "/services", {"name": "a", "host": "a.example"})).json()
        await desk.ask("PATCH", "/services/a", {"host": "b.example"})
        await desk.ask("DELETE", "/services/a")
        log = (await desk.ask("GET", f"/audit?kind=services&entity={service['id']}")).json()
        told = [(one["action"], one["who"], one["name"]) for one in log["data"]]
        assert told == [(action, "loopback", "a") for action in ("delete", "update", "create")]
        update = log["data"][1]
        assert (update["before"]["host"], update["after"]["host"]) == ("a.example", "b.example")
        assert log["data"][0]["after"] is None


async def test_the_log_is_read_in_pages_newest_first(database: Database) -> None:
    async with judging_desk(database) as desk:
        for number in range(5):
            await desk.ask("POST", "/consumers", {"username": f"c{number}"})
        seen, path = [], "/audit?size=2"
        while path:
            got = (await desk.ask("GET", path)).json()
            seen += [one["name"] for one in got["data"]]
            path = got["next"]
        assert seen == ["c4", "c3", "c2", "c1", "c0"]
        assert (await desk.ask("GET", "/audit?offset=eA==")).status == 400


async def test_the_next_page_is_about_the_same_as_the_first(database: Database) -> None:
    async with judging_desk(database) as desk:
        for number in range(3):
            await desk.ask("POST", "/consumers", {"username": f"c{number}"})
            await desk.ask("POST", "/services", {"name": f"s{number}", "host": "up.test"})
        seen, path = [], "/audit?kind=services&size=1"
        while path:
            got = (await desk.ask("GET", path)).json()
            seen += [one["name"] for one in got["data"]]
            path = got["next"]
        assert seen == ["s2", "s1", "s0"]


async def test_what_failed_is_not_in_the_log(database: Database) -> None:
    async with judging_desk(database) as desk:
        await desk.ask("POST", "/services", {"name": "a"})
        await desk.ask("POST", "/routes", {"paths": ["/"], "service": {"name": "nowhere"}})
        assert (await desk.ask("GET", "/audit")).json()["data"] == []


async def test_the_log_of_one_person_is_read_by_their_name(database: Database) -> None:
    async with judging_desk(database) as desk:
        await desk.ask("POST", "/consumers", {"username": "c"})
        for who, number in (("loopback", 1), ("nobody' OR 1=1 --", 0)):
            got = (await desk.ask("GET", f"/audit?who={quote(who)}&kind=consumers")).json()
            assert len(got["data"]) == number
