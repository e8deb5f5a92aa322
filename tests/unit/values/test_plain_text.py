import logging

import pytest

from gatepost.values.plain_text import PlainLines, plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a b", "a b"),
        ("a\nb", "a\\nb"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\u202eb", "a\\u202eb"),
        ("a\u2028b\x85c\x9bd", "a\\u2028b\\x85c\\x9bd"),
        ("é漢", "é漢"),
        ("x" * 301, "x" * 300 + "…"),
    ],
)
def test_nothing_ends_a_line_or_moves_the_cursor(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_a_record_cannot_look_like_two() -> None:
    said = ("a\n2026 ERROR b\r\x1b[2J",)
    record = logging.LogRecord("n", logging.INFO, "f", 1, "said %s", said, None)
    written = PlainLines("%(levelname)s %(message)s").format(record)
    assert written == "INFO said a\n    2026 ERROR b\\r\\x1b[2J"


def test_where_something_failed_is_still_told() -> None:
    try:
        raise ValueError("x\ny")
    except ValueError as error:
        told = (type(error), error, error.__traceback__)
    record = logging.LogRecord("n", logging.ERROR, "f", 1, "failed", (), told)
    lines = PlainLines("%(message)s").format(record).splitlines()
    assert lines[0] == "failed"
    assert len(lines) > 3
    assert all(line.startswith("    ") for line in lines[1:])
