import asyncio
from pathlib import Path

import pytest

from gatepost.node.follow import changes, mark

pytestmark = pytest.mark.anyio


async def heard(file: Path, act: object, wait: float = 0.4) -> list[bool]:
    told: list[bool] = []
    now = asyncio.Event()

    async def listen() -> None:
        async for asked in changes(file, since=mark(file), now=now, every=0.03):
            told.append(asked)  # noqa: PERF401 - it never ends, so no list ever comes of it

    task = asyncio.create_task(listen())
    await asyncio.sleep(0.1)
    act(now)  # type: ignore[operator]
    await asyncio.sleep(wait)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return told


async def test_a_change_is_told_once(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("one")
    assert await heard(file, lambda _: file.write_text("other")) == [False]


async def test_a_replaced_file_of_the_same_size_is_a_change(tmp_path: Path) -> None:
    file, draft = tmp_path / "file", tmp_path / "draft"
    file.write_text("one")
    draft.write_text("two")
    assert await heard(file, lambda _: draft.replace(file)) == [False]


async def test_a_file_that_is_gone_says_nothing_until_it_is_back(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("one")
    assert await heard(file, lambda _: file.unlink()) == []
    assert mark(file) is None


async def test_whoever_asks_is_answered_without_a_change(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("one")
    assert await heard(file, lambda now: now.set()) == [True]
