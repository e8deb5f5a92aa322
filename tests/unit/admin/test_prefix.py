import os
from pathlib import Path

import pytest

from gatepost.admin.prefix import claim, database_key
from gatepost.values import Fault


def test_a_directory_is_owned_by_one(tmp_path: Path) -> None:
    with claim(tmp_path / "a" / "b") as prefix:
        assert prefix.root.stat().st_mode & 0o777 == 0o700
        assert prefix.database == f"sqlite:///{tmp_path}/a/b/gatepost.db"
        with pytest.raises(Fault, match=r"prefix.in_use"), claim(tmp_path / "a" / "b"):
            pass
    with claim(tmp_path / "a" / "b"):
        pass


def test_a_path_that_is_no_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Fault, match=r"prefix.unusable"), claim(tmp_path / "file"):
        pass


def test_a_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    key = database_key(tmp_path / "key")
    assert len(key) == 32
    assert database_key(tmp_path / "key") == key
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_a_key_that_is_no_key_is_refused(tmp_path: Path) -> None:
    key = tmp_path / "key"
    database_key(key)
    key.chmod(0o640)
    with pytest.raises(Fault, match="chmod 600"):
        database_key(key)
    key.chmod(0o600)
    key.write_bytes(b"short")
    with pytest.raises(Fault, match="does not hold 32 bytes"):
        database_key(key)
    (tmp_path / "link").symlink_to(key)
    with pytest.raises(Fault, match="cannot be read"):
        database_key(tmp_path / "link")
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(Fault, match="is no file"):
        database_key(tmp_path / "pipe")
    with pytest.raises(Fault, match="cannot be written"):
        database_key(tmp_path / "none" / "key")
