"""A logout that one node hears of is a logout on every node, whatever they remember."""

import signal
import time
from collections.abc import Iterator

import pytest

from tests.integration.pair_world import Pair, crowd, pair_world
from tests.integration.person import Person
from tests.integration.world import Client, Node

pytestmark = [pytest.mark.integration, pytest.mark.slow]

SHARED = {"redis": {"host": "127.0.0.1", "port": "$REDIS"}}
ROUTES = {
    "app": {**SHARED, "backchannel_logout_uri": "$HOME/app/backchannel"},
    "shop": {**SHARED, "backchannel_logout_uri": "$HOME/shop/backchannel"},
    "redis": {"session_storage": "redis", "backchannel_logout_uri": "$HOME/redis/backchannel"},
}


@pytest.fixture(scope="module")
def world() -> Iterator[Pair]:
    with pair_world(ROUTES) as running:
        for route in ROUTES:
            running.application(
                f"app-{route}",
                backchannel_logout_uri=f"{running.proxy.url}/{route}/backchannel",
                backchannel_logout_session_required=True,
            )
        yield running


def questions(status: Client) -> float:
    """Return how many questions the authorizers of a node were asked."""
    lines = status.get("/metrics").body.decode().splitlines()
    name = "gatepost_authorizer_questions_total"
    return sum(float(line.split()[-1]) for line in lines if line.startswith(name))


def remembered(world: Pair, person: Person, route: str) -> None:
    """Let the second node serve somebody from the memory of nginx, in whichever worker."""

    def without_a_question() -> bool:
        before = questions(world.other.status)
        assert {at_other(world, person, route) for _ in range(8)} == {200}
        return questions(world.other.status) == before

    world.until(without_a_question, "the second node remembers")


def at_other(world: Pair, person: Person, route: str) -> int:
    """Return what the second node answers to the cookies that somebody has by now."""
    return world.come(crowd(person, 1)[0], world.url(route, world.other.proxy)).status


def at_home(world: Pair, person: Person, route: str) -> int:
    return world.come(crowd(person, 1)[0], world.url(route)).status


def refused_after(world: Pair, person: Person, route: str) -> float:
    """Return the seconds until the second node refuses somebody."""
    began = time.monotonic()
    world.until(lambda: at_other(world, person, route) == 401, "the second node refuses", every=0)
    assert {at_other(world, person, route) for _ in range(8)} == {401}, "in every worker"
    return time.monotonic() - began


def connected(node: Node) -> bool:
    return all(room["connected"] for room in node.status.get("/status").json()["rooms"])


def end_all(world: Pair, login: str, *, by: str = "") -> None:
    """End all sessions of somebody at the provider, which tells the first node."""
    answer = world.idp.send("DELETE", f"/api/v1/users/{login}/sessions{by}")
    assert answer.status in (200, 204), answer.body


def test_a_logout_that_names_a_session_ends_it_on_the_other_node_and_no_other(world: Pair) -> None:
    took = []
    bystander = world.logged_in("shop")
    for _ in range(3):  # the machine may be busy; what counts is how fast it can be
        alice = world.logged_in("app")
        assert alice.log_in(world.url("shop")).status == 200  # by single sign-on
        remembered(world, alice, "shop")
        remembered(world, bystander, "shop")
        alice.open(f"{world.proxy.url}/app/logout")  # the provider tells /shop of it
        took.append(refused_after(world, alice, "shop"))
        assert at_home(world, alice, "shop") == 401
        assert at_other(world, bystander, "shop") == at_home(world, bystander, "shop") == 200
    print("seconds until the other node refused:", [round(one, 3) for one in took])
    assert min(took) < 1


@pytest.mark.parametrize("route", ["app", "redis"])
def test_a_logout_that_names_a_person_ends_all_of_theirs_on_the_other_node(
    world: Pair, route: str
) -> None:
    alices = [world.logged_in(route) for _ in range(2)]
    bob = world.logged_in(route, "bob")
    for one in (*alices, bob):
        remembered(world, one, route)
    end_all(world, "alice", by="?by=sub")
    took = [refused_after(world, one, route) for one in alices]
    print("seconds until the other node refused:", [round(one, 3) for one in took])
    assert min(took) < 1
    assert at_other(world, bob, route) == at_home(world, bob, route) == 200
    # The names are the same when she comes again, and it is another login.
    again = world.logged_in(route)
    assert at_other(world, again, route) == at_home(world, again, route) == 200


@pytest.mark.parametrize("route", ["app", "redis"])
def test_who_logs_out_at_one_node_is_out_at_the_other(world: Pair, route: str) -> None:
    alice, other = world.logged_in(route), world.logged_in(route)
    remembered(world, alice, route)
    kept = crowd(alice, 1)[0]
    left = alice.open(f"{world.proxy.url}/{route}/logout", stop_at=world.idp.url)
    assert left.answer.status == 302
    assert f"session_{route}" not in alice.jar(world.proxy.url), "the browser forgets it"
    took = refused_after(world, kept, route)
    print("seconds until the other node refused:", round(took, 3))
    assert took < 5
    assert at_home(world, kept, route) == 401
    assert at_other(world, other, route) == 200


def test_what_a_node_heard_survives_its_restart_also_without_the_redis(world: Pair) -> None:
    alice, bob = world.logged_in("app"), world.logged_in("app", "bob")
    remembered(world, alice, "app")
    end_all(world, "alice")
    refused_after(world, alice, "app")
    world.other.process.stop(signal.SIGKILL)
    world.redis.stop()
    try:
        world.start_other()
        assert not connected(world.other)
        assert at_other(world, alice, "app") == 401
        assert at_other(world, bob, "app") == 200
    finally:
        world.redis.start()
    world.until(lambda: connected(world.other), "the room is back")
    assert at_other(world, alice, "app") == 401


def test_a_logout_is_taken_while_the_redis_is_away_and_told_when_it_is_back(world: Pair) -> None:
    alice, bob = world.logged_in("app"), world.logged_in("app", "bob")
    for one in (alice, bob):
        remembered(world, one, "app")
    kept = crowd(alice, 1) + crowd(bob, 1)
    world.redis.stop()
    try:
        end_all(world, "alice")
        assert bob.open(f"{world.proxy.url}/app/logout", stop_at=world.idp.url).status == 302
        assert [at_home(world, one, "app") for one in kept] == [401, 401]
        assert [at_other(world, one, "app") for one in kept] == [200, 200], "nobody could tell it"
    finally:
        world.redis.start()
    for one in kept:
        refused_after(world, one, "app")


def test_a_node_that_was_down_refuses_from_its_first_request_on(world: Pair) -> None:
    alice, bob = world.logged_in("app"), world.logged_in("app", "bob")
    remembered(world, alice, "app")
    world.other.process.stop()
    end_all(world, "alice")
    world.start_other()
    assert at_other(world, alice, "app") == 401
    assert at_other(world, bob, "app") == 200


def test_a_node_whose_agent_hung_catches_up_when_it_goes_on(world: Pair) -> None:
    alice, bob = world.logged_in("app"), world.logged_in("app", "bob")
    for one in (alice, bob):
        remembered(world, one, "app")
    agent = world.other.process.popen
    agent.send_signal(signal.SIGSTOP)
    try:
        end_all(world, "alice")
        assert at_home(world, alice, "app") == 401
        assert at_other(world, alice, "app") == 200, "nobody could tell it"
    finally:
        agent.send_signal(signal.SIGCONT)
    refused_after(world, alice, "app")
    assert at_other(world, bob, "app") == 200


def test_what_was_ended_before_the_redis_was_emptied_stays_ended_on_every_node(world: Pair) -> None:
    alice, bob = world.logged_in("app"), world.logged_in("app", "bob")
    stored = world.logged_in("redis", "bob")
    remembered(world, alice, "app")
    end_all(world, "alice")
    refused_after(world, alice, "app")
    world.redis.run("FLUSHALL")
    late = world.second_node("late")
    try:
        for proxy in (late.proxy, world.other.proxy, world.proxy):
            kept = [crowd(one, 1)[0] for one in (alice, bob, stored)]
            world.until(
                lambda kept=kept, proxy=proxy: (
                    world.come(kept[0], world.url("app", proxy)).status == 401
                ),
                "it has heard",
            )
            assert world.come(kept[1], world.url("app", proxy)).status == 200
    finally:
        late.process.stop()
    # Whose session lay in the Redis logs in again; nobody else's cookie is any good for that.
    world.until(lambda: at_other(world, stored, "redis") == 401, "the record is gone")
    assert stored.log_in(world.url("redis"), "bob").status == 200
    assert at_other(world, stored, "redis") == 200
