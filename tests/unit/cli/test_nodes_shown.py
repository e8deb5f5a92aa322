from typing import Any

import pytest

from gatepost.cli.nodes_shown import admitted, named, rows, show
from tests.unit.cli.answering import ADMITTED, NODE

NOW = 1_000_000.0


def row(**changes: Any) -> tuple[tuple[str, ...], str]:
    (one,) = rows([{**NODE, **changes}], NOW)
    return one.cells, one.note


def test_a_node_that_is_well_takes_one_line() -> None:
    cells = ("3f2a9c1e", "gate-1", "0.1.0", "yes", "yes", "12 s ago", "in 29 d")
    assert row() == (cells, "")


def test_a_node_that_refused_says_why() -> None:
    cells, note = row(in_sync=False, sync_status="refused", sync_reason="no variable DB")
    assert (cells[4], note) == ("refused", "no variable DB")
    assert row(in_sync=False, sync_status="refused")[1] == "the node gave no reason"


def test_a_node_that_has_not_got_it_yet_is_behind() -> None:
    cells, note = row(in_sync=False, connected=False, last_seen=NOW - 7200)
    assert cells[3:6] == ("no", "behind", "2 h ago")
    assert note == ""


def test_a_node_that_was_turned_away_says_since_when_and_why() -> None:
    cells, note = row(revoked_at=NOW - 60, revoked_why="sold", connected=False)
    assert cells[3:5] == ("revoked", "-")
    assert note == "revoked 1 min ago: sold"
    assert row(revoked_at=NOW - 60)[1] == "revoked 1 min ago"


def test_what_is_not_known_is_not_made_up() -> None:
    nothing = {"expiry_timestamp": 0}
    cells, _ = row(hostname="", version="", last_seen=None, cert_details=nothing)
    assert cells[1:3] == ("-", "-")
    assert cells[5:] == ("never", "-")
    assert row(cert_details={"expiry_timestamp": NOW - 1})[0][6] == "ended"


def test_those_that_were_turned_away_come_last() -> None:
    nodes = [
        {**NODE, "id": "1" * 36, "hostname": "a", "revoked_at": 1},
        {**NODE, "id": "2" * 36, "hostname": "c"},
        {**NODE, "id": "3" * 36, "hostname": "b"},
    ]
    assert [one.cells[1] for one in rows(nodes, NOW)] == ["b", "c", "a"]


def test_a_whole_table_fits_eighty_columns(capsys: pytest.CaptureFixture[str]) -> None:
    show([{**NODE, "hostname": "h" * 14}], NOW)
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80


def test_where_there_is_none_it_says_how_to_get_one(capsys: pytest.CaptureFixture[str]) -> None:
    show([], NOW)
    assert capsys.readouterr() == ("", "There is no node yet. gatepost nodes token admits one.\n")


def test_a_node_is_named_by_host_and_id() -> None:
    assert named({**NODE, "hostname": "a\x1b"}) == f"a\\x1b ({NODE['id']})"


def test_a_token_goes_alone_to_stdout_and_never_to_a_log(
    capsys: pytest.CaptureFixture[str],
) -> None:
    admitted(ADMITTED)
    shown = capsys.readouterr()
    assert shown.out == "gpn_x\n"
    assert shown.err.splitlines() == [
        "It admits one node within 10 min. On that node:",
        '  GATEPOST_TOKEN="$TOKEN" gatepost node',
    ]


def test_a_token_that_leads_to_this_machine_alone_is_warned_of(
    capsys: pytest.CaptureFixture[str],
) -> None:
    admitted({**ADMITTED, "address": "127.0.0.1:8005"})
    assert "It leads to 127.0.0.1:8005, which only this machine" in capsys.readouterr().err
