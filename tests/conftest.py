"""What every test can ask for. The World of the integration tests lives in tests/integration."""

import pytest


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
