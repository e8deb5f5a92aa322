from collections.abc import Mapping

import pytest

from gatepost.console.trying import Logins
from gatepost.console.view import Me

pytestmark = pytest.mark.anyio

ANN = Me("ann", "operator", "token 1")


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Waiting:
    """Logins, and what they took."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.logins = Logins(self.clock)
        self.taken: list[Mapping[str, str]] = []

    async def take(self, parameters: Mapping[str, str]) -> str | None:
        self.taken.append(parameters)
        return None

    async def back(self, state: str | None = "s", who: Me = ANN) -> str | None:
        return await self.logins.back({"code": "c"} | ({"state": state} if state else {}), who)


async def test_a_login_comes_back_once() -> None:
    waiting = Waiting()
    waiting.logins.begin("s", ANN, waiting.take)
    assert await waiting.back() is None
    assert waiting.taken == [{"code": "c", "state": "s"}]
    assert "used already" in (await waiting.back() or "")
    assert len(waiting.taken) == 1


@pytest.mark.parametrize("state", ["other", "", None, "S"])
async def test_an_address_that_somebody_made_is_not_taken(state: str | None) -> None:
    waiting = Waiting()
    waiting.logins.begin("s", ANN, waiting.take)
    assert await waiting.back(state)
    assert waiting.taken == []


@pytest.mark.parametrize("who", [Me("bob", "admin", "token 1"), Me("ann", "operator", "token 2")])
async def test_somebody_elses_login_is_not_taken_and_goes_on_waiting(who: Me) -> None:
    waiting = Waiting()
    waiting.logins.begin("s", ANN, waiting.take)
    assert "Somebody else" in (await waiting.back(who=who) or "")
    assert waiting.taken == []
    assert await waiting.back() is None


async def test_a_login_that_took_too_long_is_over() -> None:
    waiting = Waiting()
    waiting.logins.begin("s", ANN, waiting.take)
    waiting.clock.now += 601
    assert await waiting.back()
    waiting.logins.begin("t", ANN, waiting.take)
    waiting.clock.now -= 601
    assert await waiting.back()  # what was over is forgotten


async def test_only_so_many_wait() -> None:
    waiting = Waiting()
    for number in range(1001):
        waiting.logins.begin(str(number), ANN, waiting.take)
    assert await waiting.back("0")
    assert await waiting.back("1") is None
