import json
import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from gatepost.node.revocation_log import RevocationLog
from gatepost.plugin import Revocation
from gatepost.values import Fault, Tag, TagKind

NOW = 1_800_000_000.0
ALICE = Tag.of(TagKind.SUBJECT, "https://issuer", "alice")
BOB = Tag.of(TagKind.SUBJECT, "https://issuer", "bob")


def opened(path: Path, now: float = NOW) -> RevocationLog:
    return RevocationLog(path, now=now)


def test_what_was_appended_is_there_after_a_restart(tmp_path: Path) -> None:
    log = opened(tmp_path / "log")
    log.append([(ALICE, NOW + 60), (BOB, None)], now=NOW, who="me", why="left")
    again = opened(tmp_path / "log")
    assert [(one.number, one.tag, one.expires) for one in again.live(NOW)] == [
        (1, ALICE, NOW + 60),
        (2, BOB, None),
    ]
    assert again.live(NOW)[0].who == "me"
    again.close()
    log.close()


def test_what_came_from_elsewhere_is_kept_as_it_was_under_a_number_of_ours(tmp_path: Path) -> None:
    log = opened(tmp_path / "log")
    log.append([(ALICE, None)], now=NOW, who="", why="")
    told = Revocation(77, BOB, NOW - 9, NOW + 60, "who", "why")
    assert log.add([told], NOW) == (replace(told, number=2),)
    log.close()
    again = opened(tmp_path / "log")
    assert again.live(NOW)[1] == replace(told, number=2)
    again.close()


def test_a_torn_last_line_is_cut_off_and_the_rest_holds(tmp_path: Path) -> None:
    path = tmp_path / "log"
    log = opened(path)
    log.append([(ALICE, None)], now=NOW, who="", why="")
    log.close()
    with path.open("ab") as file:
        file.write(b'{"number": 2, "kind": "subj')
    again = opened(path)
    assert [one.tag for one in again.live(NOW)] == [ALICE]
    assert again.append([(BOB, None)], now=NOW, who="", why="")[0].number == 2
    again.close()
    assert len(opened(path).live(NOW)) == 2


@pytest.mark.parametrize("damage", [b"\xff\n", b"[]\n", b'{"number": 1}\n', b"null\n"])
def test_a_line_that_was_acknowledged_and_cannot_be_read_stops_the_start(
    tmp_path: Path, damage: bytes
) -> None:
    path = tmp_path / "log"
    opened(path).close()
    with path.open("ab") as file:
        file.write(damage)
    with pytest.raises(Fault) as caught:
        opened(path)
    assert caught.value.code == "revocations.damaged"


def test_what_has_expired_is_dropped_at_the_start_and_numbers_go_on_rising(tmp_path: Path) -> None:
    path = tmp_path / "log"
    log = opened(path)
    log.append([(ALICE, NOW + 1), (BOB, NOW + 1)], now=NOW, who="", why="")
    log.close()
    again = opened(path, NOW + 2)
    assert again.live(NOW + 2) == ()
    assert again.last == 2
    assert path.read_bytes() == b'{"next":3}\n'
    assert again.append([(ALICE, None)], now=NOW + 2, who="", why="")[0].number == 3
    again.close()


def test_a_disk_that_refuses_leaves_the_log_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log"
    log = opened(path)
    log.append([(ALICE, None)], now=NOW, who="", why="")
    before = path.read_bytes()

    def refuse(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdatasync", refuse)
    with pytest.raises(OSError, match="No space"):
        log.append([(BOB, None)], now=NOW, who="", why="")
    assert path.read_bytes() == before
    assert [one.tag for one in log.live(NOW)] == [ALICE]
    assert log.last == 1
    log.close()


def test_the_log_is_for_its_owner_alone(tmp_path: Path) -> None:
    opened(tmp_path / "log").close()
    assert stat.S_IMODE((tmp_path / "log").stat().st_mode) == 0o600


def test_many_dead_entries_are_compacted_away_while_it_runs(tmp_path: Path) -> None:
    path = tmp_path / "log"
    log = opened(path)
    log.append([(ALICE, NOW + 1)] * 1023, now=NOW, who="", why="")
    log.append([(BOB, None)], now=NOW + 2, who="", why="")
    assert len(path.read_bytes().splitlines()) == 2
    assert log.append([(ALICE, None)], now=NOW + 2, who="", why="")[0].number == 1025
    log.close()
    assert [one.number for one in opened(path).live(NOW + 2)] == [1024, 1025]


def test_a_token_is_in_the_log_as_a_digest_only(tmp_path: Path) -> None:
    path = tmp_path / "log"
    log = opened(path)
    log.append([(Tag.token("very-secret-token"), None)], now=NOW, who="", why="")
    log.close()
    assert b"very-secret-token" not in path.read_bytes()
    assert len(json.loads(path.read_bytes().splitlines()[1])["parts"][0]) == 64
