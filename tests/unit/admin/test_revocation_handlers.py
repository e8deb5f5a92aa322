from typing import Any

import pytest

from gatepost.store.database import Database
from tests.admin_desk import judging_desk
from tests.databases import new

pytestmark = pytest.mark.anyio

TOKEN = "an-opaque-token-that-nobody-may-see"


async def test_a_revocation_is_numbered_and_says_who_did_it(database: Database) -> None:
    async with judging_desk(database, listening=True) as desk:
        wish = {"subject": "ann", "issuer": "https://id.example", "why": "left", "who": "a liar"}
        status, said = (await desk.ask("POST", "/revocations", wish)).told
        assert status == 201
        (entry,) = said["data"]
        assert (entry["number"], entry["kind"], entry["who"]) == (1, "subject", "loopback")
        assert said["nodes"] == {"connected": 0, "applied": 0, "missing": []}
        assert said["reach"] == "0 of 0 connected nodes"
        listed = (await desk.ask("GET", "/revocations")).json()
        assert (listed["data"], listed["last"], listed["next"]) == ([entry], 1, None)
        assert (await desk.ask("GET", "/revocations?after=1")).json()["data"] == []
        assert (await desk.ask("GET", "/revocations?after=x")).status == 400


async def test_without_an_issuer_it_is_done_for_each_that_the_plugins_name(
    database: Database, plane: str
) -> None:
    async with database.writing(plane) as writer:
        config = {"issuer": "https://a.example", "issuers_allowed": ["https://b.example"]}
        await writer.save("plugins", new("plugins", name="openid-connect", config=config))
    async with judging_desk(database, listening=True) as desk:
        said = (await desk.ask("POST", "/revocations", {"client": "old-app", "for": 60})).json()
        assert [one["parts"][0] for one in said["data"]] == [
            "https://a.example",
            "https://b.example",
        ]
        assert [one["number"] for one in said["data"]] == [1, 2]


async def test_a_token_is_never_written_down(database: Database) -> None:
    async with judging_desk(database, listening=True) as desk:
        status, said = (await desk.ask("POST", "/revocations", {"token": TOKEN})).told
        assert status == 201
        for shown in (said, await desk.ask("GET", "/revocations"), await desk.ask("GET", "/audit")):
            assert TOKEN not in str(shown)


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"subject": "a"},
        {"token": "a", "client": "b"},
        {"tokn": "a"},
        {"token": ""},
        {"client": "a", "issuer": "https://a.example", "for": -1},
    ],
)
async def test_a_wish_that_cannot_be_read_says_why(
    database: Database, wish: dict[str, Any]
) -> None:
    async with judging_desk(database, listening=True) as desk:
        status, said = (await desk.ask("POST", "/revocations", wish)).told
        assert status == 400
        assert said["message"]
        assert (await desk.ask("GET", "/revocations")).json()["last"] == 0
