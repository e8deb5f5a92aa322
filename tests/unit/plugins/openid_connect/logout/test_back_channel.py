from typing import Any
from urllib.parse import urlencode

import pytest

from gatepost.oidc import Key, sign
from gatepost.plugin.courier import LocalCourier
from gatepost.plugin.decision import Forward
from gatepost.plugin.evaluate import Evaluation
from gatepost.values import By, Fault, RedisSettings, Reply
from tests.unit.plugins.openid_connect.browser_script import Browser, Scene, events
from tests.unit.plugins.openid_connect.provider_script import ISSUER, KEY, OTHER_KEY

pytestmark = pytest.mark.anyio
BACK = {"backchannel_logout_uri": "https://shop.example/back-logout"}
EVENT = {"http://schemas.openid.net/event/backchannel-logout": {}}


def logout_token(scene: Scene, key: Key = KEY, **claims: object) -> str:
    now = int(scene.world.wall)
    whole = {
        "iss": ISSUER,
        "aud": "shop",
        "sub": "alice",
        "sid": "provider-session-1",
        "jti": "logout-1",
        "iat": now,
        "exp": now + 120,
        "events": EVENT,
        **claims,
    }
    header = {"typ": "logout+jwt"}
    return sign({k: v for k, v in whole.items() if v is not ...}, key, header=header)


async def post(scene: Scene, *tokens: str, more: str = "") -> Evaluation:
    body = "&".join(urlencode({"logout_token": token}) for token in tokens) + more
    return await Browser(scene).open(
        "/back-logout", method="POST", navigates=None, body=body.encode()
    )


def answered(evaluation: Evaluation) -> int:
    assert isinstance(evaluation.decision, Reply)
    assert evaluation.decision.headers.get("cache-control") == "no-store"
    return evaluation.decision.status


async def logged_in(**config: Any) -> Browser:
    browser = Browser(Scene(**{**BACK, **config}))
    await browser.log_in()
    browser.scene.world.jump(1)
    return browser


async def served(browser: Browser) -> bool:
    return isinstance((await browser.open(navigates=False)).decision, Forward)


@pytest.mark.parametrize("storage", [{}, {"session_storage": "redis"}])
async def test_a_logout_token_ends_the_session_that_it_names(storage: dict[str, Any]) -> None:
    browser = await logged_in(**storage)
    told = await post(browser.scene, logout_token(browser.scene), more="&ignored_parameter=1")
    assert answered(told) == 200
    assert ("logout.done", "back_channel") in events(told)
    assert not await served(browser)


async def test_a_session_that_is_named_ends_and_no_other() -> None:
    browser = await logged_in()
    other = Browser(browser.scene)
    browser.scene.provider.sid = "provider-session-2"
    await other.log_in()
    await post(browser.scene, logout_token(browser.scene))
    assert (await served(browser), await served(other)) == (False, True)


async def test_a_subject_without_a_session_ends_all_of_the_persons() -> None:
    browser = await logged_in()
    other, bob = Browser(browser.scene), Browser(browser.scene)
    browser.scene.provider.sid = "provider-session-2"
    await other.log_in()
    browser.scene.provider.subject = "bob"
    await bob.log_in()
    browser.scene.world.jump(1)
    await post(browser.scene, logout_token(browser.scene, sid=...))
    assert [await served(one) for one in (browser, other, bob)] == [False, False, True]


async def test_who_logs_in_again_is_let_in_also_under_the_same_name_of_a_session() -> None:
    browser = await logged_in()
    await post(browser.scene, logout_token(browser.scene))
    browser.scene.world.jump(1)
    await browser.log_in()
    assert await served(browser)


async def test_a_logout_token_is_taken_once() -> None:
    browser = await logged_in()
    token = logout_token(browser.scene)
    assert answered(await post(browser.scene, token)) == 200
    told = await post(browser.scene, token)
    assert answered(told) == 400
    assert ("logout.refused", "logout_token.replayed") in events(told)


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"iat": ...},
        {"exp": ...},
        {"jti": ...},
        {"events": ...},
        {"events": {}},
        {"events": {"http://schemas.openid.net/event/backchannel-logout": "x"}},
        {"sub": ..., "sid": ...},
        {"nonce": "x"},
        {"exp": 1},
    ],
)
async def test_a_bad_logout_token_is_400_and_ends_nothing(claims: dict[str, object]) -> None:
    browser = await logged_in()
    told = await post(browser.scene, logout_token(browser.scene, **claims))
    assert answered(told) == 400
    assert await served(browser)


async def test_a_token_under_a_foreign_key_ends_nothing() -> None:
    browser = await logged_in()
    assert answered(await post(browser.scene, logout_token(browser.scene, OTHER_KEY))) == 400
    assert await served(browser)


async def test_two_tokens_in_one_form_or_none_are_400() -> None:
    browser = await logged_in()
    token = logout_token(browser.scene)
    assert answered(await post(browser.scene, token, token)) == 400
    assert answered(await post(browser.scene, more="a=b")) == 400
    assert await served(browser)


async def test_a_session_is_named_where_that_is_demanded() -> None:
    browser = await logged_in(backchannel_logout_session_required=True)
    assert answered(await post(browser.scene, logout_token(browser.scene, sid=...))) == 400
    assert await served(browser)


async def test_only_a_post_logs_out() -> None:
    browser = await logged_in()
    told = await browser.open("/back-logout", navigates=False)
    assert answered(told) == 405


async def test_what_cannot_be_judged_is_503_and_may_be_sent_again() -> None:
    scene = Scene(**BACK)
    gone = Fault("provider.unreachable", "It is away.", by=By.PROVIDER)
    scene.provider.on("GET", "/v1/keys", gone)
    told = await post(scene, logout_token(scene))
    assert getattr(told.decision, "status", 0) == 503


async def test_an_index_deletes_the_records_as_well() -> None:
    browser = await logged_in(session_storage="redis", session_store_metadata=True)
    assert len(browser.scene.world.store) == 1
    await post(browser.scene, logout_token(browser.scene))
    assert len(browser.scene.world.store) == 0


async def test_a_subject_is_logged_out_of_every_client_that_the_token_is_for() -> None:
    scene = Scene(**BACK, client_id=["shop", "wholesale"], client_secret=["one", "two"])
    one, two = Browser(scene), Browser(scene)
    await one.log_in()
    scene.provider.id_claims = {"aud": "wholesale"}
    await two.bring(await two.begin("/page?client_id=wholesale"))
    scene.world.jump(1)
    assert [await served(one), await served(two)] == [True, True]
    told = await post(scene, logout_token(scene, sid=..., aud=["wholesale", "shop"]))
    assert answered(told) == 200
    assert [await served(one), await served(two)] == [False, False]


class Away:
    """A Redis that is not there, as a Board and as a Store."""

    def __init__(self, _: RedisSettings) -> None: ...

    def __getattr__(self, name: str) -> Any:
        async def fail(*_: object, **__: object) -> None:
            raise Fault("store.unreachable", "It is away.", by=By.OURS, retry_after=5)

        return fail


async def test_a_redis_that_is_away_keeps_no_logout_from_being_taken() -> None:
    browser = await logged_in(redis={"host": "redis.example"})
    sources, random = browser.scene.world.sources, browser.scene.world.sources.random
    sources.courier = LocalCourier(sources.fetch, random=random, boards=Away)
    token = logout_token(browser.scene)
    assert answered(await post(browser.scene, token)) == 200
    assert not await served(browser)
    assert answered(await post(browser.scene, token)) == 400, "what was taken here is known here"


async def test_records_that_cannot_be_deleted_are_refused_nevertheless() -> None:
    browser = await logged_in(session_storage="redis", session_store_metadata=True)
    sources = browser.scene.world.sources
    there, sources.stores = sources.stores, Away
    assert answered(await post(browser.scene, logout_token(browser.scene))) == 200
    sources.stores = there
    assert len(browser.scene.world.store) == 1
    assert not await served(browser)
