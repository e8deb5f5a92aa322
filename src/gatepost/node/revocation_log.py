"""The durable log of revocations: what was acknowledged once survives kill -9 and power cuts.

One JSON object a line, appended and synced before anybody is answered. The first line holds the
next number, so that numbers go on rising after old entries were dropped. A torn last line is one
that nobody was answered for; it is cut off. No token is ever stored: a tag of a token is a digest.
"""

import contextlib
import json
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from gatepost.disk import write_atomically
from gatepost.plugin import Revocation
from gatepost.values import By, Fault, Tag


class RevocationLog:
    """The open log. Use from one thread; every method that writes syncs before it returns."""

    def __init__(self, path: Path, *, now: float) -> None:
        """Open or make the log, dropping what has expired.

        Raises Fault (operator) ``revocations.damaged`` when a line that was acknowledged cannot
        be read: going on without it would accept what was revoked.
        """
        self._path = path
        self._entries: list[Revocation] = []
        self._next = 1
        if path.exists():
            self._load(path.read_bytes())
        self._rewrite(now)
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)

    @property
    def last(self) -> int:
        """The number of the latest revocation ever, 0 before the first."""
        return self._next - 1

    def live(self, now: float) -> tuple[Revocation, ...]:
        """Return the revocations that can still concern something, oldest first."""
        return tuple(e for e in self._entries if e.expires is None or e.expires > now)

    def append(
        self, tags: Sequence[tuple[Tag, float | None]], *, now: float, who: str, why: str
    ) -> tuple[Revocation, ...]:
        """Write one revocation for each (tag, expires), all or none; return them numbered.

        Raises OSError when the disk refuses; nothing is revoked then.
        """
        return self.add([Revocation(0, tag, now, expires, who, why) for tag, expires in tags], now)

    def add(self, revocations: Sequence[Revocation], now: float) -> tuple[Revocation, ...]:
        """Write revocations as they are but for their numbers, which are ours; all or none.

        Raises OSError when the disk refuses.
        """
        added = tuple(
            replace(one, number=self._next + index) for index, one in enumerate(revocations)
        )
        block = b"".join(_line(entry.to_json()) for entry in added)
        size = os.fstat(self._file).st_size
        try:
            written = os.write(self._file, block)
            if written != len(block):
                raise OSError(28, "the disk is full")
            os.fdatasync(self._file)
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(self._file, size)
            raise
        self._entries.extend(added)
        self._next += len(added)
        if self._worth_compacting(now):
            os.close(self._file)
            self._rewrite(now)
            self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        return added

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)

    def _worth_compacting(self, now: float) -> bool:
        count = len(self._entries)
        return count >= 1024 and count % 1024 == 0 and len(self.live(now)) < count // 2

    def _load(self, content: bytes) -> None:
        lines = content.split(b"\n")
        torn = lines.pop()  # what follows the last newline: empty, or never acknowledged
        del torn
        for number, line in enumerate(lines, start=1):
            try:
                value = json.loads(line)
                if not isinstance(value, dict):
                    raise ValueError("not an object")
                if number == 1 and "next" in value:
                    self._next = max(self._next, int(value["next"]))
                    continue
                entry = Revocation.from_json(value)
            except ValueError as error:
                raise Fault(
                    "revocations.damaged",
                    f"Line {number} of {self._path} cannot be read, so something that was revoked "
                    "might be accepted. Restore the file, or remove it if no token that was "
                    "revoked is still alive.",
                    by=By.OPERATOR,
                ) from error
            self._entries.append(entry)
            self._next = max(self._next, entry.number + 1)

    def _rewrite(self, now: float) -> None:
        self._entries = list(self.live(now))
        content = _line({"next": self._next}) + b"".join(
            _line(entry.to_json()) for entry in self._entries
        )
        write_atomically(self._path, content)


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode() + b"\n"
