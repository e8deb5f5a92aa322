import socket
import time

import msgspec
import pytest

from gatepost.idp import back_channel
from gatepost.idp.back_channel import EVENT, Notice, tell
from gatepost.idp.directory import Application
from gatepost.idp.endpoints import World
from gatepost.idp.orders import Order
from gatepost.oidc import parse, verify
from tests.unit.idp.party import Party, listening

pytestmark = pytest.mark.anyio


def hearing(world: World, url: str, id_: str = "demo-app") -> Application:
    application = world.directory.applications.by_id[id_]
    application.seed = msgspec.structs.replace(application.seed, backchannel_logout_uri=url)
    return application


@pytest.fixture
async def heard(world: World):
    async with listening() as party:
        hearing(world, party.url)
        yield party


async def test_a_logout_token_is_posted_as_the_standard_says(world: World, heard: Party) -> None:
    application = world.directory.applications.by_id["demo-app"]
    await tell(world, [Notice(application, "alice", "a-sid")])
    ((pair,),) = heard.posted
    assert pair[0] == "logout_token"
    token = parse(pair[1])
    verify(token, world.keys.past)
    assert token.typ == "logout+jwt"
    jti = token.payload.pop("jti")
    assert isinstance(jti, str)
    assert token.payload == {
        "iss": world.issuer,
        "aud": "demo-app",
        "iat": 1_800_000_000,
        "exp": 1_800_000_120,
        "sub": "alice",
        "sid": "a-sid",
        "events": {EVENT: {}},
    }
    (made,) = world.deliveries.shown()
    assert (made["status"], made["error"], made["sid"]) == (200, None, "a-sid")


async def test_no_two_tokens_have_one_jti(world: World, heard: Party) -> None:
    application = world.directory.applications.by_id["demo-app"]
    await tell(world, [Notice(application, "alice", None)] * 2)
    tokens = [parse(token).payload for token in heard.tokens]
    assert tokens[0]["jti"] != tokens[1]["jti"]
    assert not any("sid" in token for token in tokens)


async def test_what_the_application_answers_is_noted_and_redirects_are_not_followed(
    world: World, heard: Party
) -> None:
    application = world.directory.applications.by_id["demo-app"]
    for status in (400, 302, 501):
        heard.status = status
        await tell(world, [Notice(application, "alice", None)])
    assert [one["status"] for one in world.deliveries.shown()] == [400, 302, 501]
    assert len(heard.posted) == 3


async def test_who_cannot_be_reached_is_noted(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    url = f"http://127.0.0.1:{port}/"
    await tell(world, [Notice(hearing(world, url), "alice", None)])
    (made,) = world.deliveries.shown()
    assert (made["status"], made["error"]) == (None, "ClientConnectorError")


async def test_all_are_told_at_once_and_nobody_is_waited_for_for_long(
    world: World, heard: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(back_channel, "TIMEOUT_SECONDS", 0.5)
    heard.delay = 1.0
    apps = [hearing(world, heard.url, name) for name in ("demo-app", "demo-other")]
    started = time.monotonic()
    await tell(world, [Notice(app, "alice", None) for app in apps])
    assert time.monotonic() - started < 0.95
    assert [one["error"] for one in world.deliveries.shown()] == [
        "no answer within 0.5 seconds"
    ] * 2


async def test_who_did_not_ask_for_it_or_is_deactivated_is_not_told(
    world: World, heard: Party
) -> None:
    silent = world.directory.applications.by_id["tutorial-jwt"]
    ended = world.directory.applications.by_id["demo-app"]
    ended.life.end()
    await tell(world, [Notice(silent, "alice", None), Notice(ended, "alice", None)])
    assert heard.posted == []
    assert world.deliveries.shown() == []


async def test_a_replay_is_the_same_message_twice(world: World, heard: Party) -> None:
    world.orders.add(Order("backchannel-replay", "backchannel"), inside=True)
    application = world.directory.applications.by_id["demo-app"]
    await tell(world, [Notice(application, "alice", None)])
    assert len(heard.tokens) == 2
    assert len(set(heard.tokens)) == 1
    assert [one["status"] for one in world.deliveries.shown()] == [200, 200]
    assert {one["fault"] for one in world.deliveries.shown()} == {"backchannel-replay"}
