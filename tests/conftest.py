"""What every test can ask for. The World of the integration tests lives in tests/integration."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.postgres import PostgresServer


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="rewrite the golden files instead of comparing with them; then read the diff",
    )


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Gatepost runs on asyncio alone, and so do its tests."""
    return "asyncio"


@pytest.fixture(scope="session")
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session")
def postgres() -> "Iterator[PostgresServer]":
    """A PostgreSQL that all tests of this process share; each makes a database of its own."""
    from tests.postgres import postgres_server

    with postgres_server() as running:
        yield running
