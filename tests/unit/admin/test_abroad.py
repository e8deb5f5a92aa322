import asyncio

import pytest

from gatepost.admin import abroad
from gatepost.admin.abroad import AT_ONCE, Abroad
from gatepost.admin.problem import Refused
from gatepost.oidc import GrantRefused
from gatepost.values import By, Call, Fault, Reply

pytestmark = pytest.mark.anyio


async def nobody(call: Call) -> Reply:
    raise Fault("provider.unreachable", "Nobody is there.", by=By.PROVIDER)


def made() -> Abroad:
    return Abroad(nobody, b"k" * 32)


async def refusal(fault: Exception, seconds: float = 5) -> Refused:
    with pytest.raises(Refused) as raised:
        async with made().turn("p", seconds):
            raise fault
    return raised.value


async def test_whose_fault_it_was_decides_the_answer() -> None:
    away = await refusal(Fault("provider.unreachable", "Away.", by=By.PROVIDER, cause="x"))
    assert (away.status, away.body) == (
        502, {"message": "Away. (x)", "reason": "provider.unreachable"},
    )  # fmt: skip
    assert (await refusal(Fault("gateway.tls", "Bad.", by=By.UPSTREAM))).status == 502
    assert (await refusal(Fault("config.endpoint", "Bad.", by=By.OPERATOR))).status == 400
    said = GrantRefused(
        "credential.refused", "No.", by=By.CLIENT, cause=None, error="invalid_grant"
    )
    assert (await refusal(said)).body["error"] == "invalid_grant"


async def test_a_fault_of_ours_stays_one() -> None:
    with pytest.raises(Fault, match=r"ours\.bug"):
        async with made().turn("p"):
            raise Fault("ours.bug", "Bug.", by=By.OURS)


async def test_what_takes_too_long_ends() -> None:
    with pytest.raises(Refused) as raised:
        async with made().turn("p", 0.01):
            await asyncio.sleep(5)
    assert raised.value.status == 504


async def test_only_a_few_run_at_once_and_the_rest_wait_or_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(abroad, "_WAIT", 0.05)
    one, most, running = made(), 0, 0

    async def work(seconds: float) -> None:
        nonlocal most, running
        async with one.turn("p"):
            running += 1
            most = max(most, running)
            await asyncio.sleep(seconds)
            running -= 1

    await asyncio.gather(*(work(0.005) for _ in range(3 * AT_ONCE)))
    assert most == AT_ONCE
    busy = [asyncio.ensure_future(work(0.5)) for _ in range(AT_ONCE)]
    await asyncio.sleep(0.01)
    with pytest.raises(Refused) as raised:
        await work(0)
    assert (raised.value.status, raised.value.headers) == (503, {"Retry-After": "5"})
    async with one.turn("another"):  # is not held up by it
        pass
    for task in busy:
        task.cancel()
    await asyncio.gather(*busy, return_exceptions=True)
    await work(0)
