import json

import pytest

from gatepost.admin.caller import Caller, Role
from gatepost.admin.problem import Refused
from gatepost.admin.try_tokens import granted
from gatepost.values import Fault, Headers, Reply
from tests.admin_desk import Desk
from tests.unit.admin.test_login import ISSUER
from tests.unit.admin.trying_desk import trying

pytestmark = pytest.mark.anyio

JSON = Headers([("Content-Type", "application/json")])
ORDER = {"issuer": ISSUER, "grant": "client_credentials", "client_id": "app"}


def reply(status: int, **members: object) -> Reply:
    return Reply(status, JSON, json.dumps(members).encode())


async def test_each_grant_asks_for_what_it_needs(desk: Desk) -> None:
    provider = await trying(desk)
    said = await desk.ask("POST", "/try/token", {**ORDER, "client_secret": "s", "scope": "a b"})
    assert said.told[0] == 200
    assert said.json()["access_token"] == "at"
    assert provider.forms[-1] == {"grant_type": "client_credentials", "scope": "a b"}
    who = {"grant": "password", "username": "u", "password": "p", "audience": "api"}
    await desk.ask("POST", "/try/token", {**ORDER, **who})
    assert provider.forms[-1]["username"] == "u"
    assert provider.forms[-1]["audience"] == "api"
    more = {**ORDER, "grant": "refresh_token", "refresh_token": "r"}
    await desk.ask("POST", "/try/token", more)
    assert provider.forms[-1]["refresh_token"] == "r"
    for grant in ("password", "refresh_token", "implicit"):
        assert (await desk.ask("POST", "/try/token", {**ORDER, "grant": grant})).status == 400


async def test_the_audit_log_has_no_secret(desk: Desk) -> None:
    await trying(desk)
    await desk.ask("POST", "/try/token", {**ORDER, "client_secret": "hush-hush"})
    (entry, *_) = (await desk.get("/audit?kind=tokens"))["data"]
    assert entry["action"] == "try"
    assert entry["after"] == {"issuer": ISSUER, "grant": "client_credentials", "client_id": "app"}
    assert "hush-hush" not in str(await desk.get("/audit"))


async def test_only_issuers_of_the_plane_are_called_and_only_by_operators(desk: Desk) -> None:
    provider = await trying(desk)
    other = {**ORDER, "issuer": "https://else.example"}
    assert (await desk.ask("POST", "/try/token", other)).status == 400
    desk.caller = Caller("v", Role.VIEWER, "token")
    assert (await desk.ask("POST", "/try/token", ORDER)).status == 403
    assert provider.calls == []


def test_a_refusal_says_what_the_provider_said_without_what_was_sent() -> None:
    said = reply(401, error="invalid_client", error_description="bad secret s3cret-text", other=1)
    with pytest.raises(Refused) as raised:
        granted(said, ("s3cret-text", None))
    assert raised.value.body == {
        "message": "The provider answered 401: invalid_client",
        "status": 401,
        "error": "invalid_client",
        "error_description": "bad secret ***",
    }


def test_what_is_no_answer_of_a_token_endpoint_is_told_apart() -> None:
    with pytest.raises(Refused, match="answered 500"):
        granted(Reply(500, Headers(), b"<html>"), ())
    with pytest.raises(Refused, match="answered 302"):
        granted(Reply(302, Headers([("Location", "http://else")]), b""), ())
    with pytest.raises(Refused, match="answered 200"):
        granted(reply(200, access_token=7), ())
    with pytest.raises(Fault, match="bad_answer"):
        granted(Reply(200, JSON, b"<html>"), ())
