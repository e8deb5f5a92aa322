"""Two processes that start at the same moment on a database that is empty."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.source import ROOT
from tests.postgres import PostgresServer

pytestmark = [pytest.mark.integration, pytest.mark.slow]

TIMES = 8
OPENER = """
import asyncio, sys
from gatepost.admin.cluster import _made
from gatepost.store.database import DEFAULT
from tests.databases import opened

async def main():
    print("begun", flush=True)
    for line in sys.stdin:
        async with opened(line.strip()) as database:
            kept = await database.authority.get_or_make(_made)
            plane = await database.planes.named(DEFAULT)
            planes = await database.planes.all()
            print(hash(kept.certificate), plane.id, len(planes), flush=True)

asyncio.run(main())
"""


@contextlib.contextmanager
def opener() -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-c", OPENER], cwd=ROOT, text=True, env={"PYTHONHASHSEED": "0"},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        try:
            assert said(process) == "begun"
            yield process
        finally:
            process.kill()


def said(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    if not line and process.stderr is not None:
        raise AssertionError(process.stderr.read())
    return line


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_both_open_it_with_one_authority_and_one_default_each_of_eight_times(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    def new(n: int) -> str:
        if kind == "sqlite":
            return f"sqlite:///{tmp_path}/{n}.db"
        server: PostgresServer = request.getfixturevalue("postgres")
        return server.new()

    urls = [new(n) for n in range(TIMES)]
    with opener() as one, opener() as two:
        for url in urls:
            for process in (one, two):
                assert process.stdin is not None
                process.stdin.write(f"{url}\n")
                process.stdin.flush()
            answers = {said(process) for process in (one, two)}
            assert len(answers) == 1, answers
            assert answers.pop().endswith(" 1"), "there is one default"
