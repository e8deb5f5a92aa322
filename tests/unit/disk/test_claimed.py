import stat
from pathlib import Path

import pytest

from gatepost.disk import claimed, private
from gatepost.values import Fault


def test_a_directory_is_owned_by_one_at_a_time(tmp_path: Path) -> None:
    root = tmp_path / "a" / "b"
    with claimed(root, "lock"):
        assert stat.S_IMODE(root.stat().st_mode) == 0o700
        with pytest.raises(Fault, match=r"prefix.in_use"), claimed(root, "lock"):
            pass
        with claimed(root, "another lock"):
            pass
    with claimed(root, "lock", mode=0o711):
        assert stat.S_IMODE(root.stat().st_mode) == 0o711


def test_a_path_that_is_no_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Fault, match=r"prefix.unusable"), claimed(tmp_path / "file", "lock"):
        pass


def test_an_error_in_the_block_is_told_as_it_is_and_the_directory_is_free(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="full"), claimed(tmp_path, "lock"):
        raise OSError("full")
    with claimed(tmp_path, "lock"):
        pass


def test_a_directory_gets_its_mode_also_when_it_was_there(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir(mode=0o755)
    private(tmp_path / "a", 0o700)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o700
