import asyncio
import contextlib

import pytest

from gatepost.node.names import Names, follow, is_address, look_up


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "[::1]", "10.0.0.1"])
def test_addresses_need_no_resolving(host: str) -> None:
    assert is_address(host)
    assert not is_address("example.org")


@pytest.mark.anyio
async def test_localhost_has_an_address_and_ipv4_comes_first() -> None:
    found = await look_up("localhost")
    assert "127.0.0.1" in found
    assert found[0] == "127.0.0.1"
    assert await look_up("no-such-name.invalid") == ()
    assert await look_up("x" * 300) == ()


@pytest.mark.anyio
async def test_only_changes_are_told_and_a_lost_name_keeps_its_addresses() -> None:
    answers = {"a": ("1.1.1.1",), "b": ()}

    async def look(host: str) -> tuple[str, ...]:
        return answers[host]

    names = Names(look)
    names.want(["a", "b", "10.0.0.1", ""])
    assert await names.refresh()
    assert names.table() == {"a": ["1.1.1.1"]}
    assert names.unresolved == ("b",)
    assert not await names.refresh()
    answers["a"] = ()
    assert not await names.refresh()
    assert names.table() == {"a": ["1.1.1.1"]}
    answers["b"] = ("2.2.2.2", "3.3.3.3")
    assert await names.refresh()
    answers["b"] = ("3.3.3.3", "2.2.2.2")
    assert not await names.refresh()
    names.want(["b"])
    assert list(names.table()) == ["b"]


@pytest.mark.anyio
async def test_a_push_that_failed_is_tried_again() -> None:
    pushes = 0

    async def look(host: str) -> tuple[str, ...]:
        return ("1.1.1.1",)

    async def push() -> None:
        nonlocal pushes
        pushes += 1
        if pushes == 1:
            raise OSError("away")

    names = Names(look)
    names.want(["a"])
    task = asyncio.create_task(follow(names, push, every=0.01))
    await asyncio.sleep(0.2)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert pushes == 2
