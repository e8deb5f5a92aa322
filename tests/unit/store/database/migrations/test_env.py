import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.house.source import ROOT

SCRIPT = """
import asyncio, sys
sys.path.insert(0, sys.argv[1])
import gatepost
from gatepost.store.database import Database

async def main():
    database = await Database.open("sqlite:///" + sys.argv[2], b"0123456789abcdef")
    print(gatepost.__file__, [plane.name for plane in await database.planes.all()])
    await database.close()

asyncio.run(main())
"""


@pytest.mark.slow
def test_an_installed_wheel_migrates_a_database(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    outcome = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path / "site"), str(tmp_path / "a.db")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert outcome.stdout.strip() == f"{tmp_path}/site/gatepost/__init__.py ['default']"
