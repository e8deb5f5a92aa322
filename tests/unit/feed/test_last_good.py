import stat
from pathlib import Path

import pytest

from gatepost.feed import keep, recall
from gatepost.model import Service, Snapshot
from gatepost.values import Fault

SNAPSHOT = Snapshot(
    services=(Service(id="5f2c0c7e-1111-5222-8333-444455556666", host="a.example"),)
)


def test_what_was_kept_comes_back_equal(tmp_path: Path) -> None:
    file = tmp_path / "last-good.json"
    keep(Snapshot(), file)
    keep(SNAPSHOT, file)
    found = recall(file)
    assert found is not None
    assert found.hash == SNAPSHOT.hash
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_nothing_kept_is_nothing(tmp_path: Path) -> None:
    assert recall(tmp_path / "nothing") is None


def test_a_damaged_one_is_told(tmp_path: Path) -> None:
    file = tmp_path / "last-good.json"
    file.write_bytes(SNAPSHOT.to_bytes()[:-5])
    with pytest.raises(Fault) as caught:
        recall(file)
    assert caught.value.code == "feed.damaged"
