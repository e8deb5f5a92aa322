import asyncio
import json
from typing import Any

import pytest

from gatepost.plugin.decision import Forward
from gatepost.plugin.evaluate import Evaluation
from gatepost.plugin.revocations import Revocation
from gatepost.plugin.testkit import json_reply
from gatepost.values import Call, Reply, Tag, TagKind
from tests.unit.plugins.openid_connect.browser_script import (
    PEOPLE,
    Browser,
    Scene,
    events,
    set_cookies,
    upstream,
)
from tests.unit.plugins.openid_connect.provider_script import ISSUER

pytestmark = pytest.mark.anyio
REDIS = {"session_storage": "redis", "redis": {"host": "redis.example"}}
STORAGES = [{}, REDIS]


def forwarded(evaluation: Evaluation) -> bool:
    return isinstance(evaluation.decision, Forward)


async def logged_in(scene: Scene) -> Browser:
    browser = Browser(scene)
    await browser.log_in()
    assert forwarded(await browser.open())
    return browser


@pytest.mark.parametrize("storage", STORAGES)
async def test_a_session_that_is_used_lives_on_and_one_that_idles_ends(
    storage: dict[str, Any],
) -> None:
    scene = Scene(**storage, session_idling_timeout=100, session_rolling_timeout=1000)
    scene.provider.lifetime = 100_000
    browser = await logged_in(scene)
    for _ in range(5):
        scene.world.jump(80)
        assert forwarded(await browser.open())
    scene.world.jump(100)
    told = await browser.open(navigates=False)
    assert getattr(told.decision, "status", 200) == 401
    assert not any(name.startswith("session") for name in browser.jar), "its cookie is deleted"


@pytest.mark.parametrize("storage", STORAGES)
async def test_no_use_keeps_a_session_beyond_its_absolute_time(storage: dict[str, Any]) -> None:
    scene = Scene(**storage, session_absolute_timeout=1000)
    scene.provider.lifetime = 100_000
    browser = await logged_in(scene)
    for _ in range(9):
        scene.world.jump(100)
        assert forwarded(await browser.open())
    scene.world.jump(100)
    assert not forwarded(await browser.open())


async def test_a_remembered_decision_never_outlives_the_session_or_its_token() -> None:
    scene = Scene(session_idling_timeout=0, session_rolling_timeout=0)
    scene.provider.refreshes = False
    browser = Browser(scene)
    await browser.log_in()
    ends = scene.world.wall + scene.provider.lifetime
    assert (await browser.open()).memory.until == ends
    scene.world.jump(scene.provider.lifetime)
    assert not forwarded(await browser.open())


async def test_a_session_survives_a_new_secret_that_names_the_old_one() -> None:
    scene = Scene()
    browser = await logged_in(scene)
    scene.configured(session_secret="another", session_previous_secrets=[PEOPLE["session_secret"]])
    again = await browser.open()
    assert forwarded(again)
    assert any(line.startswith("session=") for line in set_cookies(again)), "it is sealed anew"
    scene.configured(session_secret="another")
    assert forwarded(await browser.open())
    scene.configured(session_secret="yet another")
    assert not forwarded(await browser.open())


@pytest.mark.parametrize(
    "other",
    [
        {"session_audience": "another"},
        {"session_cookie_name": "another"},
        {"session_secret": "another"},
        {"issuer": "https://another.example"},
        {"client_id": ["another"]},
    ],
)
async def test_a_session_counts_only_where_it_was_made_for(other: dict[str, Any]) -> None:
    scene = Scene()
    browser = await logged_in(scene)
    if "session_cookie_name" in other:
        browser.jar["another"] = browser.jar["session"]
    scene.configured(**other)
    told = await browser.open(navigates=False)
    assert getattr(told.decision, "status", 200) == 401


async def test_routes_with_one_configuration_share_the_session_whatever_host_is_named() -> None:
    scene = Scene()
    browser = await logged_in(scene)
    browser.host = "another.example"
    assert forwarded(await browser.open())


async def test_a_route_that_only_takes_sessions_takes_those_of_another() -> None:
    scene = Scene()
    browser = await logged_in(scene)
    scene.configured(auth_methods=["session"], client_id=None, client_secret=None)
    assert forwarded(await browser.open())


@pytest.mark.parametrize("bound", ["ip", "scheme", "user-agent"])
async def test_a_bound_session_counts_for_nobody_else(bound: str) -> None:
    scene = Scene(session_bind=[bound])
    browser = await logged_in(scene)
    if bound == "scheme":
        browser.scheme = "https"
    thief = {"headers": {"User-Agent": "thief"}} if bound == "user-agent" else {}
    if bound == "ip":
        browser.address = "10.9.8.7"
    assert not forwarded(await browser.open(**thief))


@pytest.mark.parametrize("storage", STORAGES)
@pytest.mark.parametrize(
    "tag",
    [
        (TagKind.ISSUER, ISSUER),
        (TagKind.SUBJECT, ISSUER, "alice"),
        (TagKind.CLIENT, ISSUER, "shop"),
        (TagKind.SESSION, ISSUER, "provider-session-1"),
        (TagKind.LOGIN, ISSUER, "sid", "provider-session-1"),
        (TagKind.LOGIN, ISSUER, "sub", "alice", "shop"),
        (TagKind.KEY, ISSUER, "key-1"),
    ],
)
async def test_whatever_is_revoked_ends_the_session(
    storage: dict[str, Any], tag: tuple[Any, ...]
) -> None:
    scene = Scene(**storage)
    browser = await logged_in(scene)
    scene.world.jump(1)
    revoked = Revocation(1, Tag.of(tag[0], *tag[1:]), scene.world.wall, None)
    scene.world.revocations.add([revoked])
    told = await browser.open(navigates=False)
    assert getattr(told.decision, "status", 200) == 401


async def test_who_logs_in_after_a_logout_by_the_provider_is_let_in_under_the_same_name() -> None:
    scene = Scene()
    browser = await logged_in(scene)
    tag = Tag.of(TagKind.LOGIN, ISSUER, "sid", "provider-session-1")
    scene.world.jump(1)
    scene.world.revocations.add([Revocation(1, tag, scene.world.wall, None)])
    assert not forwarded(await browser.open())
    scene.world.jump(1)
    await browser.log_in()
    assert forwarded(await browser.open())


async def test_the_session_cookies_never_reach_the_upstream() -> None:
    scene = Scene(session_remember=True)
    browser = await logged_in(scene)
    decision = (await browser.open()).decision
    assert isinstance(decision, Forward)
    assert {"session", "session2", "remember", "authorization_*"} <= set(
        decision.edits.remove_cookies
    )


async def test_the_lasting_cookie_makes_a_session_again() -> None:
    scene = Scene(session_remember=True, session_absolute_timeout=1000)
    browser = await logged_in(scene)
    browser.jar.pop("session")  # the browser was closed
    scene.world.jump(5000)
    assert forwarded(await browser.open())
    assert "session" in browser.jar
    browser.jar.pop("session")
    scene.world.jump(604_800)
    assert not forwarded(await browser.open())


async def test_a_deleted_record_is_a_login_anew_and_never_somebody_else() -> None:
    scene = Scene(**REDIS)
    browser = await logged_in(scene)
    scene.world.store.clear()
    told = await browser.open(navigates=False)
    assert getattr(told.decision, "status", 200) == 401
    assert told.memory.until == 0


async def test_a_store_that_is_away_is_503_and_no_logout() -> None:
    scene = Scene(**REDIS)
    browser = await logged_in(scene)
    scene.world.store.away = True
    told = await browser.open(navigates=False)
    assert getattr(told.decision, "status", 200) == 503
    scene.world.store.away = False
    assert forwarded(await browser.open())


@pytest.mark.parametrize("storage", STORAGES)
async def test_many_requests_at_the_moment_of_expiry_refresh_once(
    storage: dict[str, Any],
) -> None:
    scene = Scene(**storage)
    browser = await logged_in(scene)
    scene.world.jump(scene.provider.lifetime)
    before, jar = scene.provider.count("token"), dict(browser.jar)

    async def one() -> Evaluation:
        tab = Browser(scene)
        tab.jar = dict(jar)
        return await tab.open()

    told = await asyncio.gather(*(one() for _ in range(50)))
    assert all(forwarded(each) for each in told)
    assert scene.provider.count("token") == before + 1
    assert len({upstream(each)["Authorization"] for each in told}) == 1


async def test_a_refresh_happens_ahead_and_nobody_waits_for_it() -> None:
    scene = Scene()
    browser = await logged_in(scene)
    old = upstream(await browser.open())["Authorization"]
    scene.world.jump(scene.provider.lifetime * 0.9)
    assert upstream(await browser.open())["Authorization"] == old
    for _ in range(20):
        await asyncio.sleep(0)
    assert upstream(await browser.open())["Authorization"] != old
    assert scene.provider.count("token") == 2


@pytest.mark.parametrize("storage", STORAGES)
async def test_a_lost_answer_to_a_refresh_is_found_again(storage: dict[str, Any]) -> None:
    scene = Scene(**storage)
    browser = await logged_in(scene)
    scene.world.jump(scene.provider.lifetime)
    jar = dict(browser.jar)
    await browser.open()
    browser.jar = jar  # the answer never reached the browser
    scene.world.jump(30)
    assert forwarded(await browser.open())
    assert scene.provider.count("token") == 2


async def test_a_refresh_that_is_refused_ends_the_session() -> None:
    scene = Scene()
    browser = await logged_in(scene)
    scene.provider.refresh_tokens.clear()
    scene.world.jump(scene.provider.lifetime)
    told = await browser.open(navigates=False)
    assert getattr(told.decision, "status", 200) == 401
    assert ("session.ended", "refresh.refused") in events(told)


async def test_a_refresh_that_fails_keeps_the_session_while_its_token_is_good() -> None:
    scene = Scene()
    browser = await logged_in(scene)
    scene.provider.on("POST", "/v1/token", Reply(500))
    scene.world.jump(scene.provider.lifetime - 5)
    for _ in range(3):
        assert forwarded(await browser.open())
        await asyncio.sleep(0)
    scene.world.jump(5)
    assert getattr((await browser.open(navigates=False)).decision, "status", 200) == 503
    scene.provider.on("POST", "/v1/token", scene.provider.grant_tokens)
    scene.world.jump(2)
    assert forwarded(await browser.open())


async def test_a_refresh_that_answers_for_somebody_else_ends_the_session() -> None:
    scene = Scene()
    browser = await logged_in(scene)
    scene.provider.subject = "mallory"
    scene.world.jump(scene.provider.lifetime)
    told = await browser.open(navigates=False)
    assert getattr(told.decision, "status", 200) == 401
    assert ("session.ended", "id_token.other_login") in events(told)


async def test_without_refreshing_the_session_ends_with_its_token() -> None:
    scene = Scene(refresh_tokens=False)
    browser = await logged_in(scene)
    scene.world.jump(scene.provider.lifetime)
    told = await browser.open(navigates=False)
    assert ("session.ended", "session.token_expired") in events(told)
    assert scene.provider.count("token") == 1


async def test_an_opaque_access_token_is_asked_about_where_introspection_is_on() -> None:
    scene = Scene(auth_methods=["authorization_code", "session", "introspection"])

    def opaque(call: Call) -> Reply:
        body = json.loads(scene.provider.grant_tokens(call).body)
        return json_reply({**body, "access_token": "opaque", "refresh_token": None})

    scene.provider.on("POST", "/v1/token", opaque)
    browser = await logged_in(scene)
    assert scene.provider.count("introspection") == 1
    scene.provider.answer = {"active": False}
    scene.world.jump(3600)
    assert not forwarded(await browser.open())


@pytest.mark.parametrize(
    ("claims", "here", "taken"),
    [
        ({"hd": "else.example"}, {"domains": ["corp.example"]}, False),
        ({"hd": "corp.example"}, {"domains": ["corp.example"]}, True),
        ({}, {"domains": ["corp.example"]}, False),
        ({"iss": "https://two.example"}, {"issuers_allowed": ["https://one.example"]}, False),
        ({"iss": "https://two.example"}, {"issuers_allowed": ["https://two.example"]}, True),
        ({"iss": "https://two.example"}, {}, False),
    ],
)
async def test_a_session_of_another_route_counts_where_its_login_would(
    claims: dict[str, str], here: dict[str, Any], taken: bool
) -> None:
    scene = Scene(issuers_allowed=[ISSUER, "https://two.example"])
    scene.provider.id_claims = dict(claims)
    browser = await logged_in(scene)
    before = scene.provider.count("token")
    scene.world.jump(300)  # whoever may not come in refreshes nothing either
    scene.configured(**here)
    assert forwarded(await browser.open(navigates=False)) is taken
    assert (scene.provider.count("token") > before) is taken
