"""docs/outages.md, read: its tables are what the tests expect; they cannot say what is not so."""

import re
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "outages.md"
TOKENS = ("jwt", "jwt-new-key", "introspected", "uncached", "client")
PEOPLE = ("cookie-session", "redis-session", "refresh", "login")
TABLES = (TOKENS, PEOPLE)
COLUMNS = TOKENS + PEOPLE
_NAME = re.compile(r"`([a-z0-9-]+)`")
_RESULT = re.compile(r"no connection|(\d{3})(?: \((\d+)\))?", re.ASCII)


@dataclass(frozen=True)
class Cell:
    """What a kind of credential gets in an outage, as ``Knock`` prints it.

    known: one whose decision is remembered; new: a good one that was not seen before. Of a login,
    known is its beginning and new its end.
    """

    outage: str
    column: str
    known: str
    new: str

    @property
    def id(self) -> str:
        return f"{self.outage}-{self.column}"


class BadTableError(ValueError):
    """The page does not hold the tables that the tests read."""


def cells(text: str | None = None) -> list[Cell]:
    """Return every cell of both tables. Raises BadTableError that says where one is wrong."""
    found = []
    for columns, rows in _tables(PAGE.read_text(encoding="utf-8") if text is None else text):
        heads, body = rows[0], rows[2:]
        named = [_named(head, "column") for head in heads[1:-1]]
        if tuple(named) != columns:
            raise BadTableError(f"the columns are {named}, not {list(columns)}")
        for row in body:
            found += _cells(row, columns)
    return found


def _cells(row: list[str], columns: tuple[str, ...]) -> list[Cell]:
    outage, found = _named(row[0], "row"), []
    if len(row) != len(columns) + 2 or not all(row):
        raise BadTableError(f"row {outage} has empty cells, or not {len(columns) + 2} of them")
    for column, content in zip(columns, row[1:-1], strict=True):
        known, _, new = content.partition(" / ")
        for result in (known, new or known):
            if _RESULT.fullmatch(result) is None:
                raise BadTableError(f"row {outage}, column {column}: {content!r} is unknown")
        found.append(Cell(outage, column, known, new or known))
    return found


def _tables(text: str) -> list[tuple[tuple[str, ...], list[list[str]]]]:
    """Return the two tables that begin with "Outage": their columns, and their cells."""
    lines = text.splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("| Outage |")]
    if len(starts) != len(TABLES):
        raise BadTableError(f"{len(starts)} tables begin with '| Outage |'; two are wanted")
    return [(columns, _rows(lines[start:])) for columns, start in zip(TABLES, starts, strict=True)]


def _rows(lines: list[str]) -> list[list[str]]:
    rows = []
    for line in lines:
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
