"""A table for people: columns side by side, and under a row what needs a line of its own."""

import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gatepost.values.plain_text import plain

_GAP = "  "
_LEAST = 8  # of a column that is shortened


@dataclass(frozen=True, slots=True)
class Row:
    """One row. note: what stands under it, lines of it, empty for nothing."""

    cells: tuple[str, ...]
    note: str = ""


def show(heads: Sequence[str], rows: Sequence[Row], *, shorten: int) -> None:
    """Print a table; on a terminal as wide as that, elsewhere as wide as it is.

    shorten: the column whose texts are cut in the middle where there is no room.
    """
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for line in lines(heads, rows, shorten=shorten, width=width):
        print(line)


def lines(
    heads: Sequence[str], rows: Sequence[Row], *, shorten: int, width: int | None = None
) -> Iterator[str]:
    """Yield the lines of a table. width: in characters, None for any."""
    cells = [tuple(heads), *(tuple(plain(cell) for cell in row.cells) for row in rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(heads))]
    if width is not None:
        over = sum(widths) + len(_GAP) * (len(widths) - 1) - width
        widths[shorten] = max(widths[shorten] - max(over, 0), min(widths[shorten], _LEAST))
    for place, row in enumerate(cells):
        texts = [_cut(text, room).ljust(room) for text, room in zip(row, widths, strict=True)]
        yield _GAP.join(texts).rstrip()
        for line in rows[place - 1].note.splitlines() if place else ():
            yield from _under(plain(line), " " * (widths[0] + len(_GAP)), width)


def _cut(text: str, room: int) -> str:
    """Return a text that fits; names of machines differ at their ends, so both of them stay."""
    if len(text) <= room:
        return text
    tail = (room - 1) // 2
    return f"{text[: room - 1 - tail]}…{text[len(text) - tail :]}"


def _under(note: str, indent: str, width: int | None) -> Iterator[str]:
    if width is None:
        yield indent + note
        return
    yield from textwrap.wrap(
        note,
        max(width, len(indent) + 20),
        initial_indent=indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )
