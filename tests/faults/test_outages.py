"""docs/outages.md, cell by cell, on a running node."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from tests.faults.outages import OUTAGES
from tests.faults.scene import Knock, Scene, scene, wait
from tests.faults.table import COLUMNS, Cell, cells

pytestmark = [pytest.mark.integration, pytest.mark.slow]

ROUTES = {"jwt-new-key": "jwt"}
GOOD_AND_BAD = ("known", "new", "bad")


@dataclass
class Seen:
    """What one outage did to a column's credentials, while it lasted and when it was over."""

    during: dict[str, Knock] = field(default_factory=dict)
    after: dict[str, Knock] = field(default_factory=dict)
    back: float = 0.0


class Theatre:
    """One Scene for all outages; each is played once, with credentials of its own."""

    def __init__(self, world: Scene) -> None:
        self.world = world
        self._played: dict[str, dict[str, Seen]] = {}

    def seen(self, outage: str, column: str) -> Seen:
        if outage not in self._played:
            self._played[outage] = self._play(outage)
        return self._played[outage][column]

    def _play(self, outage: str) -> dict[str, Seen]:
        world, sent = self.world, self._credentials()
        found = {column: Seen() for column in COLUMNS}
        with ThreadPoolExecutor(16) as pool:

            def all_at_once(state: str) -> None:
                asked = {
                    (column, which): pool.submit(
                        world.knock, ROUTES.get(column, column), text, good=which != "bad"
                    )
                    for column, credentials in sent.items()
                    for which, text in credentials.items()
                }
                for (column, which), answer in asked.items():
                    getattr(found[column], state)[which] = answer.result()

            with OUTAGES[outage](world):
                all_at_once("during")
            for column, credentials in sent.items():
                good = [text for which, text in credentials.items() if which != "bad"]
                path = ROUTES.get(column, column)
                found[column].back = wait(
                    lambda path=path, good=good: all(world.passes(path, text) for text in good),
                    f"{column} is served again after {outage}",
                )
            all_at_once("after")
        return found

    def _credentials(self) -> dict[str, dict[str, str]]:
        """Return known, new and bad ones. All go to the first authorizer; both know the keys."""
        world = self.world
        wait(world.whole, "every process is up")
        wait(
            lambda: all(world.passes("jwt", world.jwt(to)) for to in (0, 1)),
            "both authorizers know the provider's keys",
        )
        known = time.monotonic()
        makers = {
            "jwt": (world.jwt, lambda: _spoilt(world.jwt())),
            "introspected": (world.opaque, lambda: _spoilt(world.opaque())),
            "uncached": (world.opaque, lambda: _spoilt(world.opaque())),
            "client": (world.client, lambda: world.basic("client-0", "wrong-")["Authorization"]),
        }
        sent = {}
        for column, (good, bad) in makers.items():
            sent[column] = {"known": good(), "new": good(), "bad": bad()}
            for _ in range(4):  # so that every worker remembers
                assert world.passes(column, sent[column]["known"])
        # Keys are looked for anew once a second at most (rediscovery_lifetime), by design.
        wait(lambda: time.monotonic() > known + 1.1, "keys may be looked for anew")
        world.rotate()
        sent["jwt-new-key"] = {"new": world.jwt(), "bad": world.mint(key="unknown")}
        return sent


def _spoilt(authorization: str) -> str:
    return authorization[:-3] + ("abc" if authorization[-3:] != "abc" else "cba")


@pytest.fixture(scope="module")
def theatre() -> Iterator[Theatre]:
    with scene() as world:
        yield Theatre(world)


@pytest.mark.parametrize("cell", cells(), ids=lambda cell: cell.id)
def test_the_cell(cell: Cell, theatre: Theatre) -> None:
    seen = theatre.seen(cell.outage, cell.column)
    during = {which: str(knock) for which, knock in seen.during.items()}
    expected = {"known": cell.known, "new": cell.new}
    if cell.column == "jwt-new-key":
        del expected["known"]
    assert {which: during[which] for which in expected} == expected
    assert seen.during["bad"].status in {401, 503, None}, "a bad credential is never let in"
    assert (seen.during["bad"].status == 503) <= (seen.during["bad"].retry_after is not None)

    assert {which: seen.after[which].status for which in expected} == dict.fromkeys(expected, 200)
    assert seen.after["bad"].status == 401
    assert seen.back < 10, f"it took {seen.back:.1f} s to be served again"
