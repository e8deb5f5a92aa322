from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gatepost.store.database import Database
from tests.admin_desk import Desk, a_desk
from tests.databases import default, opened


@pytest.fixture
async def database(tmp_path: Path, anyio_backend: str) -> AsyncIterator[Database]:
    async with opened(f"sqlite:///{tmp_path}/gatepost.db") as running:
        yield running


@pytest.fixture
async def plane(database: Database) -> str:
    return await default(database)


@pytest.fixture
async def desk(tmp_path: Path, anyio_backend: str) -> AsyncIterator[Desk]:
    async with a_desk(tmp_path) as made:
        yield made
