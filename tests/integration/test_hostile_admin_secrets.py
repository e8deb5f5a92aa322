"""Secrets of the control plane, and people who may write them but not read them."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gatepost.admin.caller import Caller, Role
from tests.admin_desk import Desk, a_desk

pytestmark = [pytest.mark.integration, pytest.mark.anyio]

MASK = "{masked}"
SECRET = "the-stored-secret-of-the-client"
CONFIG = {
    "issuer": "https://idp.example",
    "client_id": ["a"],
    "client_secret": [SECRET],
    "redis": {"host": "redis.example", "password": "the-stored-password"},
}
ELSEWHERE: tuple[dict[str, Any], ...] = (
    {"issuer": "https://evil.example"},
    {"token_endpoint": "https://evil.example"},
    {"https_proxy": "http://evil.example:1"},
    {"redis": {"host": "evil.example"}},
    {"redis": {"ssl_verify": False}},
)


@pytest.fixture
async def desk(tmp_path: Path, anyio_backend: str) -> AsyncIterator[Desk]:
    async with a_desk(tmp_path) as made:
        await made.make("/services", name="s", host="s.example")
        yield made


async def plugin(desk: Desk) -> str:
    made = await desk.make("/services/s/plugins", name="openid-connect", config=CONFIG)
    desk.caller = Caller("oscar", Role.OPERATOR, "token")
    return str(made["id"])


async def stored(desk: Desk, ident: str) -> Any:
    who, desk.caller = desk.caller, Caller("ada", Role.ADMIN, "token")
    said = await desk.ask("GET", f"/plugins/{ident}", gatepost_secrets="reveal")
    desk.caller = who
    return said.json()["config"]


def laid_over(config: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    redis = {**config["redis"], **change.get("redis", {})}
    return {**config, **change, "redis": redis}


@pytest.mark.parametrize("change", ELSEWHERE)
async def test_an_operator_cannot_have_a_stored_secret_sent_elsewhere(
    desk: Desk, change: dict[str, Any]
) -> None:
    ident = await plugin(desk)
    before = await stored(desk, ident)
    shown = await desk.get(f"/plugins/{ident}")
    assert shown["config"]["client_secret"] == [MASK]
    whole = {name: shown[name] for name in ("name", "service", "protocols")}
    masked = {**CONFIG, "client_secret": [MASK], "redis": {**CONFIG["redis"], "password": MASK}}  # type: ignore[dict-item]
    put = {**whole, "config": laid_over(masked, change)}
    for method, body in (("PUT", put), ("PATCH", {"config": change}), ("PATCH", put)):
        for path in (f"/plugins/{ident}", f"/services/s/plugins/{ident}"):
            said = await desk.ask(method, path, body)
            assert said.status == 400, (method, path, said.body)
            assert b"would be sent elsewhere" in said.body
    file = {"_format_version": "3.0", "services": [{"name": "s", "host": "s.example"}]}
    file["plugins"] = [{"id": ident, "service": "s", **{k: put[k] for k in ("name", "config")}}]
    for path in ("/declarative/plan", "/declarative/apply"):
        said = await desk.ask("POST", path, raw=json.dumps(file).encode())
        assert said.status == 400, said.body
        assert b"would be sent elsewhere" in said.body
    assert await stored(desk, ident) == before


async def test_an_operator_who_knows_the_secret_and_an_administrator_may(desk: Desk) -> None:
    ident = await plugin(desk)
    mine = {"issuer": "https://new.example", "client_secret": ["known"]}
    assert (await desk.ask("PATCH", f"/plugins/{ident}", {"config": mine})).status == 200
    assert (await stored(desk, ident))["redis"]["password"] == "the-stored-password"
    desk.caller = Caller("ada", Role.ADMIN, "token")
    change = {"config": {"issuer": "https://newer.example"}}
    assert (await desk.ask("PATCH", f"/plugins/{ident}", change)).status == 200
    assert (await stored(desk, ident))["client_secret"] == ["known"]


async def test_what_leaves_the_destination_alone_keeps_its_secrets(desk: Desk) -> None:
    ident = await plugin(desk)
    change = {"config": {"scopes": ["openid", "email"], "redis": {"database": 3}}}
    assert (await desk.ask("PATCH", f"/plugins/{ident}", change)).status == 200
    now = await stored(desk, ident)
    assert now["client_secret"] == [SECRET]
    assert now["redis"]["password"] == "the-stored-password"
    assert now["redis"]["database"] == 3


async def test_a_mask_is_never_stored_nor_takes_a_secret_of_another_entity(desk: Desk) -> None:
    ident = await plugin(desk)
    masked = {**CONFIG, "client_secret": [MASK]}
    for method, path, data in (
        ("POST", "/plugins", {"name": "openid-connect", "config": masked}),
        ("PUT", "/plugins/00000000-0000-4000-8000-000000000009", {"config": masked}),
        ("POST", "/plugins", {"name": "openid-connect", "id": ident, "config": masked}),
        ("PATCH", f"/plugins/{ident}", {"config": {"client_secret": [SECRET, MASK]}}),
        ("PATCH", f"/plugins/{ident}", {"config": {"session_secret": MASK}}),
    ):
        said = await desk.ask(method, path, {"name": "openid-connect", **data})
        assert said.status in {400, 409}, (path, said.body)
    await desk.ask("POST", "/consumers", {"username": "c"})
    for path, field in (("key-auth", "key"), ("basic-auth", "password")):
        wish = {field: MASK} | ({"username": "u"} if path == "basic-auth" else {})
        assert (await desk.ask("POST", f"/consumers/c/{path}", wish)).status == 400
    assert (await stored(desk, ident))["client_secret"] == [SECRET]
