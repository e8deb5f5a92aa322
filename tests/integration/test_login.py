"""A person logs in through a whole node: real nginx, real authorizers, the development provider."""

from collections.abc import Iterator

import pytest

from tests.integration.login_world import login_world, person, seen
from tests.integration.world import World

pytestmark = [pytest.mark.integration, pytest.mark.slow]


def cookies(told: dict[str, str]) -> list[str]:
    """Return the names of the cookies that the upstream saw."""
    return [pair.partition("=")[0].strip() for pair in told.get("cookie", "").split(";")]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with login_world() as running:
        yield running


def test_a_person_logs_in_and_stays_logged_in_without_the_provider(world: World) -> None:
    alice = person(world)
    there = alice.log_in(f"{world.proxy.url}/app/anything?hello=world")
    assert there.url == f"{world.proxy.url}/app/anything?hello=world"
    told = seen(there)
    assert told["authorization"].startswith("Bearer ey")
    assert told["x-user"]
    assert told["x-email"] == "alice@example.com"
    ours = [name for name in cookies(told) if name.startswith(("session", "authorization"))]
    assert ours == []
    before = world.idp.get("/dev/counters").json()
    for _ in range(5):
        assert seen(alice.open(f"{world.proxy.url}/app/anything"))["x-user"] == told["x-user"]
    assert world.idp.get("/dev/counters").json() == before
