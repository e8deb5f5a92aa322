"""A disk that is full: the write is refused with why, and what was acknowledged stays."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.admin_desk import Desk, desk_at

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

SIZE = 3  # MiB


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, of a few MiB."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small file system")
    words = ("-t", "tmpfs", "-o", f"size={SIZE}m,mode=700", "none", str(tmp_path))
    mounted = subprocess.run(["mount", *words], capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"no small file system can be mounted here: {mounted.stderr.strip()}")
    try:
        yield tmp_path
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


async def test_a_full_disk_is_a_503_that_says_so_and_what_was_acknowledged_stays(
    small: Path,
) -> None:
    url = f"sqlite:///{small}/gatepost.db"
    kept: set[str] = set()

    async def fill(desk: Desk) -> int:
        """Write until it is refused; return after how many."""
        for n in range(1000):
            name = f"c{len(kept)}-{n}"
            said = await desk.ask("POST", "/consumers", {"username": name, "tags": ["x" * 4000]})
            if said.status != 201:
                assert said.status == 503, said.body
                assert "disk of the database is full" in said.json()["message"]
                assert int(said.headers["retry-after"]) >= 1
                return n
            kept.add(said.json()["id"])
        raise AssertionError("the disk is not full")

    async def there(desk: Desk) -> set[str]:
        return {one["id"] for one in (await desk.get("/consumers?size=1000"))["data"]}

    async with desk_at(url) as desk:
        ballast = small / "ballast"
        ballast.write_bytes(b"\0" * 512 * 1024)
        assert await fill(desk) > 20
        assert await there(desk) == kept, "it can be read, and holds nothing of what was refused"
        again = await desk.ask("POST", "/consumers", {"username": "late", "tags": ["x" * 4000]})
        assert again.status == 503
        ballast.unlink()
        made = await desk.make("/consumers", username="room again")  # no restart is needed
        kept.add(made["id"])
        await fill(desk)
    # as after a restart, also while the disk is full
    async with desk_at(url) as desk:
        assert await there(desk) == kept
        noted = (await desk.get("/audit?kind=consumers&size=1000"))["data"]
        assert {one["entity"] for one in noted} == kept
