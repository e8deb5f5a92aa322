"""One World serves all plans. The provider behaves before each module, and has done what was
ordered by its end: else the module has passed for nothing.
"""

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
def behaving(suite: Suite) -> Iterator[None]:
    suite.behave()
    yield
    assert suite.due() == []


@pytest.fixture
def parties(suite: Suite) -> Parties:
    """Return a relying party by its name."""
    known = {one.name: one for one in everybody()}
    return lambda name: Party(suite, known[name])
