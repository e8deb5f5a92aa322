import random
from base64 import b64encode

import pytest

from gatepost.plugin.decision import Forward
from tests.unit.plugins.openid_connect.browser_script import Browser, Scene, page

pytestmark = pytest.mark.anyio
REDIS = {"session_storage": "redis"}


async def logged_in(**config: object) -> Browser:
    browser = Browser(Scene(**config))
    await browser.log_in()
    return browser


async def served(browser: Browser) -> bool:
    return isinstance((await browser.open(navigates=False)).decision, Forward)


@pytest.mark.parametrize("storage", [{}, REDIS])
async def test_every_tampering_is_no_session(storage: dict[str, object]) -> None:
    browser = await logged_in(**storage)
    good = browser.jar["session"]
    swapped = "A" if good[20] != "A" else "B"
    for bad in ("", "1", good[1:], good[:-1], good[:20] + swapped + good[21:], good + "x"):
        browser.jar["session"] = bad
        assert not await served(browser), bad
        browser.jar["session"] = good
        assert await served(browser)


async def test_cookies_of_different_kinds_do_not_pass_for_one_another() -> None:
    browser = await logged_in(session_remember=True)
    jar = dict(browser.jar)
    browser.jar = {"session": jar["remember"]}
    assert not await served(browser)
    browser.jar = {"session": jar["authorization-trail"]}
    assert not await served(browser)


async def test_a_second_session_that_somebody_put_beside_it_is_not_taken_and_neither_is_ours() -> (
    None
):
    browser = await logged_in()
    ours = browser.jar["session"]
    browser.scene.provider.subject = "mallory"
    mallory = Browser(browser.scene)
    await mallory.log_in()
    browser.jar = {}
    told = await browser.open(
        navigates=False, headers={"Cookie": f"session={mallory.jar['session']}; session={ours}"}
    )
    assert getattr(told.decision, "status", 200) == 401


async def test_garbage_beside_our_cookie_does_not_lock_anybody_out() -> None:
    browser = await logged_in()
    ours = browser.jar.pop("session")
    for cookies in (f"session=1garbage; session={ours}", f"session={ours}; session=x"):
        told = await browser.open(navigates=False, headers={"Cookie": cookies})
        assert isinstance(told.decision, Forward)


async def test_the_redis_record_is_unreadable_to_who_reads_redis() -> None:
    browser = await logged_in(**REDIS)
    store = browser.scene.world.store
    (name,) = store.names()
    handle = browser.jar["session"]
    assert handle not in name
    record = await store.get(name)
    assert record is not None
    assert b"ey" not in record[:4]
    await store.put(name, record[:-1] + bytes([record[-1] ^ 1]), seconds=100)
    assert not await served(browser)


async def test_a_record_that_is_moved_to_another_key_is_not_taken() -> None:
    browser = await logged_in(**REDIS)
    store = browser.scene.world.store
    (alice,) = store.names()
    browser.scene.provider.subject = "mallory"
    mallory = Browser(browser.scene)
    await mallory.log_in()
    (other,) = set(store.names()) - {alice}
    record = await store.get(alice)
    assert record is not None
    await store.put(other, record, seconds=1000)
    assert not await served(mallory)


async def test_a_session_that_was_dropped_meanwhile_is_not_written_again() -> None:
    browser = await logged_in(**REDIS, logout_uri_suffix="/logout", logout_methods=["GET"])
    tab = Browser(browser.scene)
    tab.jar = dict(browser.jar)
    await browser.open("/logout")
    browser.scene.world.jump(200)  # its use would be written down now
    assert not await served(tab)
    assert len(browser.scene.world.store) == 0


async def test_a_session_moves_to_redis_when_that_is_configured() -> None:
    browser = await logged_in()
    browser.scene.configured(**REDIS)
    assert await served(browser)
    assert len(browser.scene.world.store) == 1
    assert len(browser.jar["session"]) < 150


async def test_tokens_that_do_not_fit_into_cookies_are_told_to_the_operator() -> None:
    scene = Scene()
    chance = random.Random(1)  # packing gains nothing
    scene.provider.id_claims = {"groups": b64encode(chance.randbytes(6_000)).decode()}
    scene.provider.access_claims = {"groups": b64encode(chance.randbytes(6_000)).decode()}
    browser = Browser(scene)
    told = await browser.log_in()
    assert page(told) == (503, "session.too_large")
    assert "session" not in browser.jar
    scene.configured(**REDIS)
    await Browser(scene).log_in()
    assert len(scene.world.store) == 1


async def test_a_store_that_is_away_at_a_login_loses_nothing() -> None:
    scene = Scene(**REDIS)
    browser = Browser(scene)
    answer = await browser.begin()
    scene.world.store.away = True
    assert page(await browser.bring(answer)) == (503, "store.unreachable")
    scene.world.store.away = False
    await browser.bring(answer)
    assert await served(browser)
