"""docs/outages.md itself: it is whole, and each of its cells is a test that runs."""

import pytest

from tests.faults import test_outages
from tests.faults.outages import OUTAGES
from tests.faults.table import COLUMNS, TABLES, BadTableError, cells

TABLE = """
| Outage | a `jwt` | b `jwt-new-key` | c `introspected` | d `uncached` | e `client` | over |
|---|---|---|---|---|---|---|
| It rains `rain` | 200 / 503 (5) | 200 | no connection | 401 | 502 | x |

| Outage | f `cookie-session` | g `redis-session` | h `refresh` | i `login` | over |
|---|---|---|---|---|---|
| It rains `rain` | 204 | 205 | 206 | 302 / 303 | y |
"""


def test_every_cell_of_the_table_is_a_test() -> None:
    (parameters,) = (
        mark for mark in test_outages.test_the_cell.pytestmark if mark.name == "parametrize"
    )
    name, tested = parameters.args
    assert name == "cell"
    played = {parameters.kwargs["ids"](cell) for cell in tested}
    assert played == {f"{outage}-{column}" for outage in OUTAGES for column in COLUMNS}
    assert played == {cell.id for cell in cells()}
    assert len(tested) == len(played), "a row stands there twice"


def test_every_outage_has_its_row() -> None:
    for columns in TABLES:
        assert [cell.outage for cell in cells() if cell.column == columns[0]] == list(OUTAGES)


def test_a_cell_says_what_known_and_new_credentials_get() -> None:
    first, second, third, *_, last = cells(TABLE)
    assert (first.id, first.known, first.new) == ("rain-jwt", "200", "503 (5)")
    assert (second.known, second.new) == ("200", "200")
    assert third.known == "no connection"
    assert (last.id, last.known, last.new) == ("rain-login", "302", "303")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("401", "maybe", "'maybe' is unknown"),
        ("401", "", "empty cells"),
        ("401", "503 (soon)", "is unknown"),
        (" | x |", " |", "not 7 of them"),
        (" | y |", " |", "not 6 of them"),
        ("`rain`", "", "no name in backticks"),
        ("`uncached`", "`other`", "the columns are"),
        ("`login`", "`logins`", "the columns are"),
        ("| Outage |", "| Trouble |", "0 tables"),
        ("| Outage | f", "| Trouble | f", "1 tables"),
    ],
)
def test_a_table_that_says_less_is_refused(old: str, new: str, said: str) -> None:
    with pytest.raises(BadTableError, match=said.replace("(", r"\(").replace(")", r"\)")):
        cells(TABLE.replace(old, new))
