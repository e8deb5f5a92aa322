"""docs/outages.md, cell by cell, on a running node."""

import queue
import re
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from tests.faults.outages import OUTAGES
from tests.faults.people import Stage, stage
from tests.faults.scene import Asked, Knock, wait
from tests.faults.table import COLUMNS, Cell, cells

pytestmark = [pytest.mark.integration, pytest.mark.slow]


@dataclass
class Seen:
    """What one outage did to a column's credentials, while it lasted and when it was over."""

    during: dict[str, Knock] = field(default_factory=dict)
    after: dict[str, Knock] = field(default_factory=dict)
    back: float = 0.0


Sent = dict[str, dict[str, Asked]]
"""By column: a known credential, a new one, and a bad one."""


STAGES = 3
"""That play side by side: an outage is mostly waiting."""
LONGEST = ("authorizers-hung", "agent-hung", "one-authorizer-hung")


class Theatre:
    """Each outage is played once, on whichever of the Stages is free."""

    def __init__(self, outages: list[str]) -> None:
        """Outages: what is played, in this order but for the longest, which come first."""
        self._seen: dict[str, Future[dict[str, Seen]]] = {one: Future() for one in outages}
        self._programme: queue.SimpleQueue[str] = queue.SimpleQueue()
        for outage in sorted(outages, key=lambda one: one not in LONGEST):
            self._programme.put(outage)

    def seen(self, outage: str, column: str) -> Seen:
        return self._seen[outage].result()[column]

    def play(self) -> None:
        """Run a Stage, and play on it until there is nothing left to play."""
        try:
            with stage() as world:
                while (outage := self._next()) is not None:
                    try:
                        self._seen[outage].set_result(Play(world).play(outage))
                    except Exception as error:  # it is told by each test of this outage
                        self._seen[outage].set_exception(error)
        except BaseException as error:
            self.end(error)
            raise

    def end(self, why: BaseException) -> None:
        """Play nothing further; who waits for it is told why."""
        while (outage := self._next()) is not None:
            self._seen[outage].set_exception(why)

    def _next(self) -> str | None:
        try:
            return self._programme.get_nowait()
        except queue.Empty:
            return None


class Play:
    """Outages on one Stage, each with credentials of its own."""

    def __init__(self, world: Stage) -> None:
        self.world = world

    def play(self, outage: str) -> dict[str, Seen]:
        world, sent = self.world, self._credentials()
        found = {column: Seen() for column in COLUMNS}
        with ThreadPoolExecutor(len(COLUMNS) * 3) as pool:

            def all_at_once(state: str) -> None:
                asked = {
                    (column, which): pool.submit(world.ask, one, good=which != "bad")
                    for column, credentials in sent.items()
                    for which, one in credentials.items()
                }
                for (column, which), answer in asked.items():
                    getattr(found[column], state)[which] = answer.result()

            with OUTAGES[outage](world):
                all_at_once("during")
            for column in COLUMNS:
                found[column].back = wait(
                    lambda column=column: self._served(outage, column, sent[column]),
                    f"{column} is served again after {outage}",
                )
            all_at_once("after")
        return found

    def _served(self, outage: str, column: str, sent: dict[str, Asked]) -> bool:
        """Return whether all good ones are served as ever."""
        world = self.world
        if column == "login":  # a code is good once
            sent["new"] = world.login()
        if (outage, column) in LOGS_OUT:
            sent |= {which: world.session("stored") for which in ("known", "new")}
        good = [one for which, one in sent.items() if which != "bad"]
        return all(world.ask(one).status == one.healthy for one in good)

    def _credentials(self) -> Sent:
        """Return known, new and bad ones. All go to the first authorizer; both know the keys."""
        world = self.world
        wait(world.whole, "every process is up")
        wait(
            lambda: all(world.passes("jwt", world.jwt(to)) for to in (0, 1)),
            "both authorizers know the provider's keys",
        )
        known = time.monotonic()
        brief, ends = world.ended_session()
        sent = self._tokens()
        sent["refresh"] = {"new": brief, "bad": _spoilt_cookie(brief)}
        # Keys are looked for anew once a second at most (rediscovery_lifetime), by design.
        wait(lambda: time.monotonic() > known + 1.1, "keys may be looked for anew")
        world.rotate()
        sent["jwt-new-key"] = {
            "new": _bearer("jwt", world.jwt()),
            "bad": _bearer("jwt", world.mint(key="unknown"), healthy=401),
        }
        sent |= self._people()
        wait(lambda: time.time() > ends, "the access token has ended")
        return sent

    def _tokens(self) -> Sent:
        world = self.world
        makers = {
            "jwt": (world.jwt, lambda: _spoilt(world.jwt())),
            "introspected": (world.opaque, lambda: _spoilt(world.opaque())),
            "uncached": (world.opaque, lambda: _spoilt(world.opaque())),
            "client": (world.client, lambda: world.basic("client-0", "wrong-")["Authorization"]),
        }
        sent = {}
        for column, (good, bad) in makers.items():
            sent[column] = {
                "known": _bearer(column, good()),
                "new": _bearer(column, good()),
                "bad": _bearer(column, bad(), healthy=401),
            }
            self._remember(sent[column]["known"])
        return sent

    def _people(self) -> Sent:
        world, sent = self.world, {}
        for column, route in (("cookie-session", "cookie"), ("redis-session", "stored")):
            known, new = world.session(route), world.session(route)
            sent[column] = {"known": known, "new": new, "bad": _spoilt_cookie(new)}
            self._remember(known)
        back = world.login()
        bad = Asked(back.target.replace("state=", "state=x"), back.headers, healthy=400)
        sent["login"] = {"known": world.first_page(), "new": back, "bad": bad}
        return sent

    def _remember(self, known: Asked) -> None:
        for _ in range(4):  # so that every worker remembers
            assert self.world.ask(known).status == 200


LOGS_OUT = {("redis-flushed", "redis-session")}
"""Where somebody has to log in again."""


def _bearer(route: str, authorization: str, *, healthy: int = 200) -> Asked:
    return Asked(f"/{route}/x", {"Authorization": authorization}, healthy)


def _spoilt(authorization: str) -> str:
    return authorization[:-3] + ("abc" if authorization[-3:] != "abc" else "cba")


def _spoilt_cookie(asked: Asked) -> Asked:
    """Return the request with one letter changed in the middle of its session's cookie."""
    found = re.search("at_[a-z]+=[^;]{40}", asked.headers["Cookie"])
    assert found is not None
    cookie, at = asked.headers["Cookie"], found.end()
    cookie = cookie[:at] + ("a" if cookie[at] != "a" else "b") + cookie[at + 1 :]
    return Asked(asked.target, {**asked.headers, "Cookie": cookie}, healthy=401)


@pytest.fixture(scope="module")
def theatre(request: pytest.FixtureRequest) -> Iterator[Theatre]:
    """The outages of the cells that were asked for."""
    mine = [one for one in request.session.items if one.path == request.path]
    theatre = Theatre(list(dict.fromkeys(one.callspec.params["cell"].outage for one in mine)))
    with ThreadPoolExecutor(STAGES) as pool:
        players = [pool.submit(theatre.play) for _ in range(STAGES)]
        yield theatre
        theatre.end(RuntimeError("the tests are over"))
    for player in players:
        player.result()


@pytest.mark.parametrize("cell", cells(), ids=lambda cell: cell.id)
def test_the_cell(cell: Cell, theatre: Theatre) -> None:
    seen = theatre.seen(cell.outage, cell.column)
    during = {which: str(knock) for which, knock in seen.during.items()}
    expected = {"known": cell.known, "new": cell.new}
    if cell.column in ("jwt-new-key", "refresh"):  # nobody can remember these
        del expected["known"]
    assert {which: during[which] for which in expected} == expected
    refused = 400 if cell.column == "login" else 401
    assert seen.during["bad"].status in {refused, 503, None}, "a bad credential is never let in"
    assert (seen.during["bad"].status == 503) <= (seen.during["bad"].retry_after is not None)

    healthy = {"known": 302, "new": 303} if cell.column == "login" else dict.fromkeys(expected, 200)
    assert {which: seen.after[which].status for which in expected} == healthy
    assert seen.after["bad"].status == refused
    assert seen.back < 10, f"it took {seen.back:.1f} s to be served again"
