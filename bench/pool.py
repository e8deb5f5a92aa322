"""Credentials that nobody has seen: made when needed, never while something is measured."""

import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path

_CHUNK = 1000

Make = Callable[[int, int], bytes]
"""Make credentials, one a line, all of one length. Takes the number of the first, and how many.
It travels to other processes."""


class Pool:
    """A file of credentials, each used once for each product; it grows on demand.

    All lines have one length, so that a position is a number of credentials. header: what stands
    before one in a request.
    """

    def __init__(self, make: Make, file: Path, header: str) -> None:
        self._make_some = make
        self._file = file
        self.header = header
        self._made = 0
        self._taken: dict[str, int] = {}
        self._length = 0
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"")

    @property
    def file(self) -> Path:
        """One credential on each line."""
        return self._file

    def first(self) -> str:
        """Return a credential that anyone may use often."""
        return self._make_some(0, 1).split(b"\n")[0].decode()

    def reserve(self, who: str, number: int) -> int:
        """Make sure that there are so many unused ones; return the bytes before them."""
        taken = self._taken.get(who, 0)
        missing = taken + number - self._made
        if missing > 0:
            self._make(-(-missing // _CHUNK) * _CHUNK)
        return taken * self._length

    def used(self, who: str, number: int) -> None:
        """Note that so many were sent."""
        self._taken[who] = self._taken.get(who, 0) + number

    def _make(self, number: int) -> None:
        begin = self._made + 1
        orders = [(first, _CHUNK) for first in range(begin, begin + number, _CHUNK)]
        with multiprocessing.Pool(len(os.sched_getaffinity(0))) as workers:
            pieces = workers.starmap(self._make_some, orders)
        self._length = len(pieces[0].split(b"\n", 1)[0]) + 1
        assert all(len(piece) == _CHUNK * self._length for piece in pieces), (
            "lines differ in length"
        )
        with self._file.open("ab") as file:
            file.writelines(pieces)
        self._made += number
