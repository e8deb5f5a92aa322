"""One World serves all plans; before each module the provider behaves again."""

from collections.abc import Callable, Iterator

import pytest

from tests.conformance.rp.login import Party
from tests.conformance.rp.registered import everybody
from tests.conformance.rp.suite import Suite

Parties = Callable[[str], Party]


@pytest.fixture(scope="session")
def suite() -> Iterator[Suite]:
    with Suite.start() as running:
        yield running


@pytest.fixture(autouse=True)
def behaving(suite: Suite) -> None:
    suite.behave()


@pytest.fixture
def parties(suite: Suite) -> Parties:
    """Return a relying party by its name."""
    known = {one.name: one for one in everybody()}
    return lambda name: Party(suite, known[name])
