from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gatepost.store.database import Database
from tests.databases import default, opened


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(f"sqlite:///{tmp_path}/gatepost.db") as running:
        yield running


@pytest.fixture
async def plane(database: Database) -> str:
    return await default(database)
