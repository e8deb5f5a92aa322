import asyncio

import pytest

from gatepost.console.admin_api import (
    Away,
    Changed,
    Credentials,
    Denied,
    Gone,
    Invalid,
    Trouble,
    Unknown,
    flat,
    of,
)
from gatepost.values import Secret
from tests.unit.console.shown import admin_api

pytestmark = pytest.mark.anyio


async def test_an_answer_is_its_json_and_nothing_is_none() -> None:
    async with admin_api() as (api, answers):
        answers.say("/services", {"data": [1]})
        answers.say("/services/a", b"", 204)
        assert await api.get("/services", size=5, offset=None) == {"data": [1]}
        assert answers.asked[0].query_string == "size=5"
        assert await api.delete("/services/a") is None


async def test_pages_are_followed_to_the_end_but_not_beyond_what_is_wanted() -> None:
    async with admin_api() as (api, answers):
        answers.say("/routes", {"data": [{"id": "a"}], "offset": "more"})
        assert len(await api.all("/routes", most=3)) == 3
        assert [one.query.get("offset") for one in answers.asked] == [None, "more", "more"]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, Unknown),
        (403, Denied),
        (404, Gone),
        (412, Changed),
        (503, Away),
        (429, Away),
        (500, Away),
    ],
)
async def test_each_refusal_is_trouble_of_its_kind_in_the_servers_words(
    status: int, kind: type[Trouble]
) -> None:
    async with admin_api() as (api, answers):
        answers.say("/x", {"message": "said so"}, status)
        with pytest.raises(kind, match="said so"):
            await api.get("/x")


async def test_what_is_wrong_with_fields_is_told_by_field() -> None:
    async with admin_api() as (api, answers):
        wrong = {"config": {"issuer": "required"}, "paths": [None, "no slash"]}
        answers.say("/plugins", {"message": "schema violation", "fields": wrong}, 400)
        with pytest.raises(Invalid) as caught:
            await api.post("/plugins", {"name": "x"})
        assert caught.value.fields == {"config.issuer": "required", "paths.2": "no slash"}
        assert answers.bodies == [b'{"name":"x"}']


@pytest.mark.parametrize("body", [b"<html>", b"{", b"\xff"])
async def test_what_is_no_json_is_no_admin_api(body: bytes) -> None:
    async with admin_api() as (api, answers):
        answers.say("/", body)
        with pytest.raises(Away, match="no Admin API"):
            await api.get("/")


async def test_nobody_there_is_away_and_so_is_who_does_not_answer_in_time() -> None:
    async with admin_api() as (api, answers):
        url, answers.waits_for = api.url, asyncio.Event()
        with pytest.raises(Away, match="did not answer within"):
            await api.send("GET", "/", patience=0.1)
        answers.waits_for.set()
    async with admin_api() as (api, _):
        api.url, api._base = url, url
        with pytest.raises(Away, match="does not answer"):
            await api.get("/")


async def test_a_token_goes_as_a_token_and_a_login_as_its_cookie_with_the_apis_own_origin() -> None:
    token = Credentials(token=Secret("gpa_one"), address="10.0.0.9")
    async with admin_api(token) as (api, answers):
        answers.say("/", {})
        await api.get("/")
        sent = answers.asked[0].headers
        assert sent["Authorization"] == "Bearer gpa_one"
        assert sent["X-Forwarded-For"] == "10.0.0.9"
        assert "Cookie" not in sent
    async with admin_api(Credentials(login=Secret("sealed"))) as (api, answers):
        answers.say("/", {})
        await api.get("/")
        sent = answers.asked[0].headers
        assert sent["Cookie"] == "gatepost_admin=sealed"
        assert sent["Origin"] == api.url
        assert "X-Forwarded-For" not in sent


async def test_another_control_plane_has_its_own_entities_and_the_same_tokens() -> None:
    async with admin_api() as (api, answers):
        other = api.at("11")
        answers.say("/v2/control-planes/11/core-entities/services", {"data": []})
        answers.say("/tokens", {"data": []})
        await other.get("/services")
        await other.get("/tokens")
        assert [one.path for one in answers.asked] == [
            "/v2/control-planes/11/core-entities/services",
            "/tokens",
        ]


def test_a_name_with_a_slash_stays_one_segment() -> None:
    assert of("services", "a/b?c#d") == "/services/a%2Fb%3Fc%23d"


def test_messages_are_told_by_the_whole_name_of_their_field() -> None:
    assert flat({"a": {"b": "x", "c": [None, "y"]}}) == {"a.b": "x", "a.c.2": "y"}
    assert flat("broken") == {"@entity": "broken"}


def test_secrets_are_not_in_what_is_printed_of_credentials() -> None:
    assert "gpa_secret" not in repr(Credentials(token=Secret("gpa_secret")))


async def test_a_long_answer_is_read_to_its_end() -> None:
    async with admin_api() as (api, answers):
        answers.say("/services", {"data": [{"name": "x" * 5_000_000}]})
        assert len((await api.page("/services")).items[0]["name"]) == 5_000_000


async def test_headers_of_an_answer_are_found_however_they_are_written() -> None:
    async with admin_api() as (api, answers):
        answers.say("/services/1", {"id": "1"})
        _, headers = await api.exchange("GET", "/services/1")
        assert headers["content-TYPE"].startswith("application/json")


@pytest.mark.anyio
async def test_what_is_taken_is_told_at_its_field_and_mistakes_of_a_file_are_kept() -> None:
    async with admin_api() as (api, answers):
        taken = {"code": 5, "message": "UNIQUE violation", "fields": {"username": "ann"}}
        answers.say("/x", taken, 409)
        with pytest.raises(Invalid) as told:
            await api.post("/x", {})
        assert told.value.fields == {"username": "Another one has this already."}
        answers.say("/x", {"message": "no", "problems": [{"line": 3, "message": "bad"}]}, 400)
        with pytest.raises(Invalid) as told:
            await api.post("/x", {})
        assert told.value.problems == [{"line": 3, "message": "bad"}]


@pytest.mark.anyio
async def test_what_is_no_json_is_sent_and_read_as_it_is() -> None:
    async with admin_api() as (api, answers):
        answers.say("/x", b"_format_version: '3.0'")
        got, _ = await api.exchange("POST", "/x", b"services: []", text=True)
        assert got == "_format_version: '3.0'"
        assert answers.bodies == [b"services: []"]
        answers.say("/x", {"message": "You may not"}, 403)
        with pytest.raises(Denied):
            await api.exchange("GET", "/x", text=True)


@pytest.mark.parametrize("name", [".", ".."])
async def test_a_name_of_dots_is_no_way_to_another_path(name: str) -> None:
    async with admin_api() as (api, answers):
        answers.say("/", {"version": "x"})
        answers.say("/routes/", {"data": []})
        with pytest.raises(Gone):
            await api.get(f"/routes{of(name)}")
        assert not answers.asked


async def test_a_control_plane_that_an_address_names_is_one_segment() -> None:
    async with admin_api() as (api, answers):
        with pytest.raises(Gone):
            await api.at("../../tokens?x=").get("/routes")
        assert answers.asked[0].raw_path == (
            "/v2/control-planes/..%2F..%2Ftokens%3Fx=/core-entities/routes"
        )
