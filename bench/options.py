"""What the benchmark can be told."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Options:
    """rounds: of every case. seconds: of one run. only: words that a case's name must hold one of;
    the baseline runs always. routes, tokens: of the large node.
    """

    rounds: int
    seconds: int
    only: tuple[str, ...]
    routes: int
    tokens: int
    changes: int
    results: Path

    def wants(self, name: str) -> bool:
        """Say whether a case is to be measured."""
        return not self.only or any(word in name for word in self.only)


def read(arguments: Sequence[str]) -> Options:
    """Read the command line; leaves with a message when it cannot be followed."""
    parser = argparse.ArgumentParser(
        prog="make bench", description="Measure Gatepost beside its peers, on this machine."
    )
    parser.add_argument("--rounds", type=_positive, default=7, help="of every case [7]")
    parser.add_argument("--seconds", type=_positive, default=2, help="of one run [2]")
    parser.add_argument(
        "--only", default="", help="words, by commas: cases whose name holds one, and the baseline"
    )
    parser.add_argument(
        "--routes", type=_positive, default=10_000, help="of the large node [10000]"
    )
    parser.add_argument(
        "--tokens", type=_positive, default=100_000, help="remembered by the large node [100000]"
    )
    parser.add_argument("--changes", type=_positive, default=5, help="under load [5]")
    parser.add_argument(
        "--results", type=Path, default=Path("bench/results"), help="where latest.json goes"
    )
    given = parser.parse_args(arguments)
    only = tuple(word.strip() for word in given.only.split(",") if word.strip())
    return Options(
        given.rounds,
        given.seconds,
        only,
        given.routes,
        max(given.tokens, given.routes),
        given.changes,
        given.results,
    )


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("a number of at least 1 is wanted")
    return number
