"""What every test can ask for. The World of the integration tests lives in tests/integration."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.postgres import PostgresServer

LONGEST = Path(__file__).with_name("longest.txt")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="rewrite the golden files instead of comparing with them; then read the diff",
    )


def longest() -> list[str]:
    """Return the files of tests that take longest, longest first."""
    lines = LONGEST.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the files that take longest where several workers share the tests: a long one
    that begins last is waited for by all the others. The order inside of a file stays.
    """
    if not hasattr(config, "workerinput"):
        return
    place = {config.rootpath / name: number for number, name in enumerate(longest())}
    items.sort(key=lambda item: place.get(item.path, len(place)))


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
