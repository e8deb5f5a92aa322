import stat
import threading
from pathlib import Path

import pytest

from gatepost.disk import write_atomically


def test_a_file_is_replaced_whole_and_no_draft_stays(tmp_path: Path) -> None:
    file = tmp_path / "file"
    write_atomically(file, b"one")
    write_atomically(file, b"two")
    assert file.read_bytes() == b"two"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_what_cannot_be_put_in_place_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "file").mkdir()
    (tmp_path / "file" / "inside").touch()
    with pytest.raises(OSError, match="directory"):
        write_atomically(tmp_path / "file", b"one")
    assert [path.name for path in tmp_path.rglob("*")] == ["file", "inside"]


def test_of_two_threads_that_write_one_file_each_writes_it_whole(tmp_path: Path) -> None:
    file, texts = tmp_path / "file", [bytes([n]) * 100_000 for n in range(8)]
    threads = [threading.Thread(target=write_atomically, args=(file, one)) for one in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert file.read_bytes() in texts
    assert list(tmp_path.iterdir()) == [file]
