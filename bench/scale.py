"""The large node: many routes and many remembered tokens must cost what ten of each cost."""

from collections.abc import Callable
from dataclasses import dataclass

from bench.case import Case
from bench.load import Drive, drive_once
from bench.peers.gatepost import FEW, Node, many
from bench.rounds import Bench

_PATIENCE = 600


@dataclass(frozen=True, slots=True)
class Filled:
    """What it took to have everything remembered. memory: bytes of all processes."""

    tokens: int
    seconds: float
    before: int
    memory: int

    @property
    def bytes_each(self) -> float:
        """Bytes for each remembered token."""
        return (self.memory - self.before) / self.tokens


def cases(small: Node, large: Node, *, routes: int, tokens: int) -> list[Case]:
    """Return ten routes and tokens, many routes, and many routes and tokens."""
    return [
        many(small, "gatepost-few", f"{FEW} routes, {FEW} tokens", tokens=FEW, routes=FEW),
        many(
            large,
            "gatepost-routes",
            f"{routes:,} routes, {routes:,} tokens",
            tokens=routes,
            routes=routes,
        ),
        many(
            large,
            "gatepost-tokens",
            f"{routes:,} routes, {tokens:,} tokens",
            tokens=tokens,
            routes=routes,
        ),
    ]


def fill(bench: Bench, case: Case, tell: Callable[[str], None]) -> Filled:
    """Send each token of a case once, so that the node remembers all. Raises BadRunError."""
    prefix, tokens, routes = case.drive.arguments[:3]
    before, sent, seconds = case.process.memory(), 0, 0.0
    while sent < int(tokens):
        tell(f"{case.title}: {sent:,} are remembered")
        if seconds > _PATIENCE:
            break
        arguments = (prefix, tokens, routes, str(sent), "1")
        drive = Drive(case.drive.path, case.drive.headers, "many", arguments)
        run = drive_once(drive, case.port, seconds=5, connections=bench.connections)
        seconds += run.seconds
        sent += max(0, run.used - bench.connections)  # the last ones were cut off
    return Filled(min(sent, int(tokens)), seconds, before, case.process.memory())
