"""docs/outages.md, read: the table is what the tests expect, so it cannot say what is not so."""

import re
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "outages.md"
COLUMNS = ("jwt", "jwt-new-key", "introspected", "uncached", "client")
_NAME = re.compile(r"`([a-z0-9-]+)`")
_RESULT = re.compile(r"no connection|(\d{3})(?: \((\d+)\))?", re.ASCII)


@dataclass(frozen=True)
class Cell:
    """What a kind of credential gets in an outage, as ``Knock`` prints it.

    known: one whose decision is remembered; new: a good one that was not seen before.
    """

    outage: str
    column: str
    known: str
    new: str

    @property
    def id(self) -> str:
        return f"{self.outage}-{self.column}"


class BadTableError(ValueError):
    """The page does not hold the table that the tests read."""


def cells(text: str | None = None) -> list[Cell]:
    """Return every cell of the table. Raises BadTableError that says where it is wrong."""
    rows = _rows(PAGE.read_text(encoding="utf-8") if text is None else text)
    heads, body = rows[0], rows[2:]
    columns = [_named(head, "column") for head in heads[1:-1]]
    if tuple(columns) != COLUMNS:
        raise BadTableError(f"the columns are {columns}, not {list(COLUMNS)}")
    found = []
    for row in body:
        outage = _named(row[0], "row")
        if len(row) != len(heads) or not all(row):
            raise BadTableError(f"row {outage} has empty cells, or not {len(heads)} of them")
        for column, content in zip(columns, row[1:-1], strict=True):
            known, _, new = content.partition(" / ")
            for result in (known, new or known):
                if _RESULT.fullmatch(result) is None:
                    raise BadTableError(f"row {outage}, column {column}: {content!r} is unknown")
            found.append(Cell(outage, column, known, new or known))
    return found


def _rows(text: str) -> list[list[str]]:
    """Return the cells of the one table that begins with "Outage"."""
    lines = text.splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("| Outage |")]
    if len(starts) != 1:
        raise BadTableError(f"{len(starts)} tables begin with '| Outage |'; one is wanted")
    rows = []
    for line in lines[starts[0] :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip().strip("|").split("|")])
    if len(rows) < 3:
        raise BadTableError("the table has no rows")
    return rows


def _named(cell: str, what: str) -> str:
    found = _NAME.search(cell)
    if found is None:
        raise BadTableError(f"{what} {cell!r} has no name in backticks")
    return found[1]
