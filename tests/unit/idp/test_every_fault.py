"""Every fault that can be ordered changes what a client sees: played end to end, one by one.

What each one changes is asserted beside its code, in ``faulty`` and ``test_faults``; here it is
proved that an order reaches its place, is used up, and leaves a difference.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest

from gatepost.idp.app import ENDPOINTS
from gatepost.idp.faults import ELSEWHERE, EVERYWHERE
from gatepost.idp.id_token import half_hash
from gatepost.idp.misbehave import INSIDE
from gatepost.idp.wire import SENDERS
from gatepost.oidc import KeySet, parse, verify
from gatepost.oidc.compact import decode_segment
from gatepost.values import Fault
from tests.unit.idp.calling import Client
from tests.unit.idp.party import listening
from tests.unit.idp.person import Person, refresh, replace

pytestmark = pytest.mark.anyio

AFTER = "http://127.0.0.1:8000/app/logged-out"
RANDOM = {"code", "access_token", "refresh_token", "jti", "sid", "at_hash"}
PATHS = {
    "discovery": "/.well-known/openid-configuration",
    "introspect": "/v1/introspect",
    "revoke": "/v1/revoke",
    **{
        name: f"/v1/{name}"
        for name in ("keys", "token", "authorize", "par", "userinfo", "claims", "logout")
    },
}

Seen = Any
Scene = Callable[[Client, Person], Awaitable[Seen]]


def steady(value: Any, keys: KeySet) -> Any:
    """Return what was seen, without what differs each time anyway."""
    if isinstance(value, dict):
        return {
            name: "…" if name in RANDOM and value[name] else steady(value[name], keys)
            for name in value
        }
    if isinstance(value, list | tuple):
        return [steady(one, keys) for one in value]
    return steady_token(value, keys) if isinstance(value, str) and value.count(".") == 2 else value


def steady_token(text: str, keys: KeySet) -> Any:
    """Return a token's header and claims, and what a reader says about its signature."""
    try:
        token = parse(text)
    except Fault as fault:
        if fault.code != "token.algorithm":
            return text
        return [fault.code, msgspec.json.decode(decode_segment(text.split(".")[1]) or b"")]
    try:
        key = verify(token, keys)
    except Fault as fault:
        verdict: str | None = fault.code
    else:
        verdict = key.alg
    named = {name: token.header[name] for name in token.header if name != "kid"}
    return [verdict, named, "kid" in token.header, steady(token.payload, keys)]


async def keys_of(idp: Client) -> KeySet:
    return KeySet.read(await idp.get("/v1/keys"), idp.issuer)


async def token(idp: Client, person: Person) -> Seen:
    keys = await keys_of(idp)
    tokens = await person.log_in()
    hashed = half_hash(tokens["access_token"], "ES256")
    right_hash = "id_token" not in tokens or parsed_hash(tokens["id_token"]) == hashed
    seen = [steady(tokens, keys), right_hash]
    if "refresh_token" in tokens:
        seen.append(steady((await refresh(idp, tokens["refresh_token"]))[1], keys))
    return seen


def parsed_hash(text: str) -> object:
    body = msgspec.json.decode(decode_segment(text.split(".")[1]) or b"")
    return body.get("at_hash")


def answered(mode: str) -> Scene:
    async def scene(idp: Client, person: Person) -> Seen:
        keys = await keys_of(idp)
        if person.cookie("session") is None:
            await person.log_in()
        started = time.monotonic()
        page = await person.ask(response_mode=mode)
        late = time.monotonic() - started > 0.9
        pairs = [[name, steady({name: value}, keys)] for name, value in page.pairs]
        return [pairs, late, (await keys_of(idp)).kids() == keys.kids()]

    return scene


async def keys(idp: Client, _person: Person) -> Seen:
    return await idp.get("/v1/keys")


async def discovery(idp: Client, _person: Person) -> Seen:
    return await idp.get("/.well-known/openid-configuration")


async def userinfo(idp: Client, person: Person) -> Seen:
    access_token = (await person.log_in())["access_token"]
    return steady(await idp.userinfo(access_token), await keys_of(idp))


async def logout(idp: Client, person: Person) -> Seen:
    query = f"client_id=demo-app&post_logout_redirect_uri={AFTER}&state=s"
    return (await person.open(f"{idp.issuer}/v1/logout?{query}")).location


async def backchannel(idp: Client, person: Person) -> Seen:
    async with listening() as party:
        await replace(idp, backchannel_logout_uri=party.url)
        await person.log_in()
        await idp.manage("DELETE", "/api/v1/users/alice/sessions")
        return steady(party.posted, await keys_of(idp))


SCENES: dict[str, Scene] = {
    "token": token,
    "authorize": answered("query"),
    "keys": keys,
    "discovery": discovery,
    "userinfo": userinfo,
    "logout": logout,
    "backchannel": backchannel,
}


@pytest.mark.parametrize(
    ("endpoint", "fault"),
    [(endpoint, fault) for endpoint, faults in INSIDE.items() for fault in faults],
)
async def test_a_fault_that_acts_inside_changes_what_is_seen(
    idp: Client, person: Person, endpoint: str, fault: str
) -> None:
    scene = answered("jwt") if fault.startswith("jarm-") else SCENES[endpoint]
    right = await scene(idp, person)
    if endpoint != "discovery":  # else the keys would be elsewhere already
        assert await scene(idp, person) == right, "what is right must be steady"
    await idp.spoil(endpoint, fault)
    wrong = await scene(idp, person)
    assert wrong != right
    _, shown = await idp.manage("GET", "/dev/misbehave")
    assert shown["due"] == []
    await idp.manage("DELETE", "/dev/misbehave")
    assert await scene(idp, person) == right, "it was for once"


async def bare(idp: Client, endpoint: str) -> bytes | str:
    """Call an endpoint in the simplest way, byte by byte; the right answer is always the same."""
    method = "GET" if endpoint in ("keys", "discovery", "authorize", "logout") else "POST"
    issuer = urlsplit(idp.issuer)
    request = (
        f"{method} {issuer.path}{PATHS[endpoint]} HTTP/1.1\r\nHost: {issuer.netloc}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 0\r\n"
        "Connection: close\r\n\r\n"
    )
    reader, writer = await asyncio.open_connection(issuer.hostname, issuer.port)
    try:
        writer.write(request.encode())
        answer = await reader.read()
        return re.sub(rb"(?i)\r\ndate: [^\r]+", b"", answer)
    except ConnectionResetError:
        return "reset"
    finally:
        writer.close()


@pytest.mark.parametrize("endpoint", ENDPOINTS)
async def test_a_fault_of_the_finished_answer_changes_it(idp: Client, endpoint: str) -> None:
    right = await bare(idp, endpoint)
    assert len(right) > 100
    more: dict[str, Any] = {
        "merge": {"members": {"x": 1}},
        "gzip-bomb": {"bytes": 1_000_000},
        "huge": {"bytes": 100_000},
    }
    for fault in (*EVERYWHERE, "status-418", "status-503", "reset", "cut", "huge"):
        await idp.spoil(endpoint, fault, **more.get(fault, {}))
        assert await bare(idp, endpoint) != right, fault
        assert await bare(idp, endpoint) == right, fault
    assert {"reset", "cut", "huge", "slow", "drip", "endless"} == set(SENDERS)  # see test_wire


@pytest.mark.parametrize(
    ("endpoint", "fault"),
    [(endpoint, fault) for endpoint, faults in ELSEWHERE.items() for fault in faults],
)
async def test_a_fault_of_one_endpoint_changes_its_answer(
    idp: Client, endpoint: str, fault: str
) -> None:
    async def answer() -> Seen:
        if endpoint == "token":
            return {**(await idp.token())[1], "access_token": "…"}
        if endpoint == "introspect":
            return (await idp.introspect("x"))[1]
        return await idp.get(PATHS[endpoint])

    right = await answer()
    await idp.spoil(endpoint, fault)
    assert await answer() != right
    assert await answer() == right


def test_nothing_that_can_be_ordered_is_left_out() -> None:
    assert set(INSIDE) == set(SCENES)
    assert set(PATHS) == set(ENDPOINTS)
