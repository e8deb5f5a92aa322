from typing import Any

import pytest

from gatepost.store.database import Database
from tests.databases import new
from tests.unit.admin.asking import admin_api

pytestmark = pytest.mark.anyio

TOKEN = "an-opaque-token-that-nobody-may-see"


async def test_a_revocation_is_numbered_and_says_who_did_it(database: Database) -> None:
    async with admin_api(database, listening=True) as api:
        wish = {"subject": "ann", "issuer": "https://id.example", "why": "left", "who": "a liar"}
        status, said, _ = await api("POST", "/revocations", wish)
        assert status == 201
        (entry,) = said["data"]
        assert (entry["number"], entry["kind"], entry["who"]) == (1, "subject", "loopback")
        assert said["nodes"] == {"connected": 0, "applied": 0, "missing": []}
        assert said["reach"] == "0 of 0 connected nodes"
        _, listed, _ = await api("GET", "/revocations")
        assert (listed["data"], listed["last"], listed["next"]) == ([entry], 1, None)
        assert (await api("GET", "/revocations?after=1"))[1]["data"] == []
        assert (await api("GET", "/revocations?after=x"))[0] == 400


async def test_without_an_issuer_it_is_done_for_each_that_the_plugins_name(
    database: Database, plane: str
) -> None:
    async with database.writing(plane) as writer:
        config = {"issuer": "https://a.example", "issuers_allowed": ["https://b.example"]}
        await writer.save("plugins", new("plugins", name="openid-connect", config=config))
    async with admin_api(database, listening=True) as api:
        _, said, _ = await api("POST", "/revocations", {"client": "old-app", "for": 60})
        assert [one["parts"][0] for one in said["data"]] == [
            "https://a.example",
            "https://b.example",
        ]
        assert [one["number"] for one in said["data"]] == [1, 2]


async def test_a_token_is_never_written_down(database: Database) -> None:
    async with admin_api(database, listening=True) as api:
        status, said, _ = await api("POST", "/revocations", {"token": TOKEN})
        assert status == 201
        for shown in (said, await api("GET", "/revocations"), await api("GET", "/audit")):
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
    async with admin_api(database, listening=True) as api:
        status, said, _ = await api("POST", "/revocations", wish)
        assert status == 400
        assert said["message"]
        assert (await api("GET", "/revocations"))[1]["last"] == 0
