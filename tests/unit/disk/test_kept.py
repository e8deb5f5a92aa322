import os
import stat
from pathlib import Path

import pytest

from gatepost.disk import kept_key
from gatepost.values import By, Fault


def unfit(why: str) -> Fault:
    return Fault("key.unusable", f"The key {why}.", by=By.OPERATOR)


def test_a_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    key = kept_key(tmp_path / "key", unfit)
    assert len(key) == 32
    assert kept_key(tmp_path / "key", unfit) == key
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


@pytest.mark.parametrize("content", [b"", b"x" * 31, b"x" * 33])
def test_a_key_of_another_size_is_told_and_stays(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key").write_bytes(content)
    (tmp_path / "key").chmod(0o600)
    with pytest.raises(Fault, match="does not hold 32 bytes"):
        kept_key(tmp_path / "key", unfit)
    assert (tmp_path / "key").read_bytes() == content


def test_what_is_no_file_or_is_open_to_others_is_told(tmp_path: Path) -> None:
    key = tmp_path / "key"
    kept_key(key, unfit)
    key.chmod(0o640)
    with pytest.raises(Fault, match="chmod 600"):
        kept_key(key, unfit)
    (tmp_path / "link").symlink_to(key)
    with pytest.raises(Fault, match="cannot be read"):
        kept_key(tmp_path / "link", unfit)
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(Fault, match="is no file"):
        kept_key(tmp_path / "pipe", unfit)
    with pytest.raises(Fault, match="cannot be written"):
        kept_key(tmp_path / "none" / "key", unfit)
