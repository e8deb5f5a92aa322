"""Many who come with one session at the moment at which its access token ends.

The provider gives a refresh token once, and ends the whole login when one comes again: a second
refresh, wherever it came from, would log everybody out.
"""

import contextlib
import os
import signal
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from gatepost.plugin.courier import LOCK
from tests.integration.pair_world import AUTHORIZERS, Came, Pair, crowd, pair_world
from tests.integration.person import Person

pytestmark = [pytest.mark.integration, pytest.mark.slow]

MANY = 200
SHORT = 2
"""Seconds that the access token of a login lives where its end is waited for."""

ROUTES = {
    "cookie": {},
    "shared": {"redis": {"host": "127.0.0.1", "port": "$REDIS"}},
    "redis": {"session_storage": "redis"},
    "early": {"leeway": 60},
}


@pytest.fixture(scope="module")
def running() -> Iterator[Pair]:
    with pair_world(ROUTES) as pair:
        yield pair


@pytest.fixture
def world(running: Pair) -> Iterator[Pair]:
    yield running
    running.behave()


def statuses(answers: list[Came]) -> set[int]:
    return {one.status for one in answers}


def met(answers: list[Came]) -> int:
    """Return how many had come before the first of them was answered."""
    first = min(one.until for one in answers)
    return sum(one.until - one.took < first for one in answers)


@pytest.mark.parametrize("route", ["cookie", "redis"])
def test_200_requests_at_the_end_of_a_token_make_one_refresh(world: Pair, route: str) -> None:
    alice = world.logged_in(route, lives=SHORT)
    ended = time.time() + SHORT
    old = world.come(alice, world.url(route))
    everybody, late = crowd(alice, MANY), crowd(alice, 1)
    before = world.calls("token")
    world.misbehave("slow", seconds=1)
    world.past(ended)
    answers = world.rush((one, world.url(route)) for one in everybody)
    assert statuses(answers) == {200}
    assert met(answers) > MANY / 2, "it was no race"
    assert world.calls("token") == before + 1
    (token,) = {one.token for one in answers}
    assert token != old.token
    # Nobody was logged out: each of them comes again, and so does one who still has the old cookie.
    again = world.rush((one, world.url(route)) for one in (*everybody, *late))
    assert {(one.status, one.token) for one in again} == {(200, token)}
    assert world.calls("token") == before + 1


@pytest.mark.parametrize("route", ["shared", "redis"])
def test_two_nodes_on_one_redis_make_one_refresh_together(world: Pair, route: str) -> None:
    alice = world.logged_in(route, lives=SHORT)
    ended = time.time() + SHORT
    urls = [world.url(route), world.url(route, world.other.proxy)]
    old = {world.come(alice, url).token for url in urls}
    everybody = crowd(alice, MANY)
    before = world.calls("token")
    world.misbehave("slow", seconds=1)
    world.past(ended)
    answers = world.rush((one, urls[turn // 4 % 2]) for turn, one in enumerate(everybody))
    assert statuses(answers) == {200}
    assert met(answers) > MANY / 2, "it was no race"
    assert world.calls("token") == before + 1
    (token,) = {one.token for one in answers}
    assert {token} != old
    # Each goes to the other node now, which takes what the first one gave.
    again = world.rush((one, urls[(turn // 4 + 1) % 2]) for turn, one in enumerate(everybody))
    assert {(one.status, one.token) for one in again} == {(200, token)}
    assert world.calls("token") == before + 1


def authorizers(world: Pair) -> list[int]:
    """Return the process ids of the first node's authorizers, in the order of their numbers."""
    found = world.status.get("/status").json()["processes"]
    named = {one["name"]: one["pid"] for one in found}
    return [named[f"authorizer {number}"] for number in range(AUTHORIZERS)]


def asked_about(world: Pair, person: Person, route: str) -> int:
    """Return the number of the authorizer that is asked about somebody's session."""
    cookie = person.jar(world.url(route))[f"session_{route}"]
    return zlib.crc32(cookie.encode()) % AUTHORIZERS


@pytest.mark.parametrize("everyone", [False, True], ids=["the one", "everyone"])
@pytest.mark.parametrize("route", ["cookie", "redis"])
def test_kill_9_of_who_refreshes_logs_nobody_out(world: Pair, route: str, everyone: bool) -> None:
    alice = world.logged_in(route, lives=SHORT)
    ended = time.time() + SHORT
    everybody = crowd(alice, 40)
    old = world.come(alice, world.url(route)).token
    pids = authorizers(world)
    victims = pids if everyone else [pids[asked_about(world, alice, route)]]
    before = world.calls("token")
    world.misbehave("slow", seconds=2)
    world.past(ended)
    with ThreadPoolExecutor(1) as pool:
        rushing = pool.submit(world.rush, [(one, world.url(route)) for one in everybody])
        world.until(lambda: world.calls("token") == before + 1, "the provider is asked")
        for pid in victims:
            os.kill(pid, signal.SIGKILL)
        answers = rushing.result()
    # Whoever cannot be judged is told to come again; as long as one is there, everybody is judged.
    assert statuses(answers) <= ({200, 503} if everyone else {200})
    assert all(one.retry_after == "1" for one in answers if one.status == 503)
    world.until(lambda: set(authorizers(world)).isdisjoint(victims), "others took their place")
    world.until(lambda: world.come(alice, world.url(route)).status == 200, "service is back")
    again = world.rush((one, world.url(route)) for one in everybody)
    assert statuses(again) == {200}
    (token,) = {one.token for one in again}
    assert token != old
    assert world.calls("token") == before + 1, "the agent went on with the call"


@pytest.mark.parametrize("leeway", [60, 0], ids=["forgiven", "unforgiven"])
def test_a_node_that_dies_in_the_middle_of_a_refresh_keeps_nobody_waiting(
    world: Pair, leeway: int
) -> None:
    """Its lock ends after three seconds, and the other node asks the provider itself.

    By then the refresh token was used, and the answer is lost with the node. A provider that
    forgives this for a while (Okta does) gives tokens again; with any other, people log in. The
    desk is part of the agent, without which nginx ends too: it cannot die alone.
    """
    alice = world.logged_in("shared", lives=SHORT)
    world.application("app-shared", leeway=leeway)
    ended = time.time() + SHORT
    first, everybody = crowd(alice, 1), crowd(alice, 20)
    there = world.url("shared", world.other.proxy)
    before = world.calls("token")
    world.misbehave("slow", seconds=30)
    world.past(ended)
    try:
        with ThreadPoolExecutor(1) as pool:
            lost = pool.submit(world.come, first[0], world.url("shared"))
            world.until(lambda: world.calls("token") == before + 1, "the first node asks")
            world.node.stop(signal.SIGKILL)
            with contextlib.suppress(OSError):  # nginx may or may not get to say so before it ends
                assert lost.result().status == 503
        answers = world.rush(((one, there) for one in everybody), ways=1)
        assert max(one.took for one in answers) < LOCK + 8, "nobody waits for the dead"
        assert statuses(answers) == ({200} if leeway else {401})
        assert world.calls("token") == before + 2, "one more call, whatever came of it"
    finally:
        world.start_node()
    bob = everybody[0]
    if not leeway:
        assert bob.log_in(world.url("shared"), "bob").status == 200
    assert {world.come(bob, url).status for url in (there, world.url("shared"))} == {200}


def test_a_refresh_before_the_end_keeps_nobody_waiting(world: Pair) -> None:
    """With this leeway a token is refreshed from the middle of its life on."""
    lives, slow = 10, 4.0
    alice = world.logged_in("early", lives=lives)
    middle = time.time() + lives / 2
    old = world.come(alice, world.url("early")).token
    before = world.calls("token")
    world.misbehave("slow", seconds=slow)
    assert world.come(alice, world.url("early")).token == old
    assert world.calls("token") == before, "not yet"
    world.past(middle)
    began = time.monotonic()
    answers = world.rush((one, world.url("early")) for one in crowd(alice, 60))
    answers += [world.come(alice, world.url("early")) for _ in range(5)]
    assert {(one.status, one.token) for one in answers} == {(200, old)}
    assert max(one.until for one in answers) < began + slow, "all came while the provider waited"
    assert world.calls("token") == before + 1, "it is being refreshed meanwhile"
    world.until(lambda: world.come(alice, world.url("early")).token != old, "the new one is there")
    assert world.calls("token") == before + 1


@pytest.mark.parametrize("fault", ["status-503", "reset"])
def test_a_provider_that_is_away_at_the_refresh_logs_nobody_out(world: Pair, fault: str) -> None:
    lives = 4
    good = time.time() + lives - 1  # a token's end is told in whole seconds
    people = {route: world.logged_in(route, lives=lives) for route in ("early", "redis")}
    ended = time.time() + lives
    for route in people:  # the provider uses up what is brought, and then cannot answer
        world.application(f"app-{route}", leeway=600)

    def all_come() -> list[Came]:
        return [world.come(one, world.url(route)) for route, one in people.items()]

    world.misbehave(fault, times=1_000_000)
    before, served = world.calls("token"), 0
    while True:
        answers = all_come()
        if time.time() >= good:
            break
        assert statuses(answers) == {200}
        served += len(answers)
    assert served > 0
    assert world.calls("token") > before, "it was asked while the token was good"
    world.past(ended)
    for _ in range(2):
        answers = all_come()
        assert statuses(answers) == {503}
        assert {one.retry_after for one in answers} == {"7" if fault == "status-503" else "5"}
        assert all(f"session_{route}" in one.jar(world.url(route)) for route, one in people.items())
    world.behave()
    world.until(lambda: statuses(all_come()) == {200}, "it goes on where it was")


def test_nodes_that_cannot_agree_spend_no_refresh_token(world: Pair) -> None:
    """Two that refresh for themselves could make the provider end the whole login."""
    lives = 4
    alice = world.logged_in("shared", lives=lives)
    good, ended = time.time() + lives / 2, time.time() + lives
    urls = [world.url("shared"), world.url("shared", world.other.proxy)]
    everybody = crowd(alice, 10)
    before = world.calls("token")
    world.redis.stop()
    try:
        answers = world.rush((one, url) for one in everybody for url in urls)
        assert statuses(answers) == {200} or time.time() > good
        world.past(ended)
        answers = world.rush((one, url) for one in everybody for url in urls)
        assert {(one.status, one.retry_after) for one in answers} == {(503, "5")}
    finally:
        world.redis.start()
    assert world.calls("token") == before
    for url in urls:
        world.until(lambda url=url: world.come(alice, url).status == 200, "it goes on")
    assert statuses(world.rush((one, url) for one in everybody for url in urls)) == {200}
    assert world.calls("token") == before + 1
