import pytest

from gatepost.cli.table import Row, lines, show

HEADS = ("ID", "HOSTNAME", "SEEN")
LONG = "gatepost-node-6d5f9c7b8-x2x4z"


def test_columns_are_as_wide_as_what_stands_in_them() -> None:
    rows = [Row(("1", "a", "now")), Row(("22", LONG, ""))]
    assert list(lines(HEADS, rows, shorten=1)) == [
        "ID  HOSTNAME                       SEEN",
        "1   a                              now",
        f"22  {LONG}",
    ]


def test_where_there_is_no_room_both_ends_of_a_name_stay() -> None:
    shown = list(lines(HEADS, [Row(("1", LONG, "now"))], shorten=1, width=24))
    assert shown == ["ID  HOSTNAME        SEEN", "1   gatepos…-x2x4z  now"]


def test_a_name_is_never_cut_to_nothing() -> None:
    shown = list(lines(HEADS, [Row(("1", LONG, "now"))], shorten=1, width=5))
    assert shown[1] == "1   gate…x4z  now"


def test_a_note_stands_under_its_row_and_is_wrapped_on_a_terminal() -> None:
    row = Row(("1", "a", "now"), "the variable DB_PASSWORD is not set on that machine")
    assert list(lines(HEADS, [row], shorten=1))[2] == f"    {row.note}"
    assert list(lines(HEADS, [row], shorten=1, width=40))[2:] == [
        "    the variable DB_PASSWORD is not set",
        "    on that machine",
    ]


def test_a_note_of_several_lines_keeps_them() -> None:
    row = Row(("1", "a", "now"), "1 mistake:\nname: too long")
    assert list(lines(HEADS, [row], shorten=1))[2:] == ["    1 mistake:", "    name: too long"]


def test_what_a_node_says_of_itself_cannot_move_the_cursor() -> None:
    shown = "".join(lines(HEADS, [Row(("1", "\x1b[2J", "now"), "a\x1bb")], shorten=1))
    assert "\x1b" not in shown


def test_it_is_printed_whole_where_there_is_no_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    show(HEADS, [Row(("1", LONG, "now"))], shorten=1)
    assert LONG in capsys.readouterr().out
