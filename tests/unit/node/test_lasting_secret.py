import os
import stat
from pathlib import Path

import pytest

from gatepost.node.lasting_secret import lasting_secret
from gatepost.values import By, Fault


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "node.secret"


def fault_of(path: Path) -> Fault:
    with pytest.raises(Fault) as caught:
        lasting_secret(path)
    assert (caught.value.code, caught.value.by) == ("secret.unusable", By.OPERATOR)
    assert str(path) in caught.value.message
    assert "remove the file" in caught.value.message
    return caught.value


def test_it_is_made_once_and_for_its_owner_alone(path: Path) -> None:
    made = lasting_secret(path)
    assert len(made) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert lasting_secret(path) == made
    path.unlink()
    assert lasting_secret(path) != made


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 31, b"x" * 33, b"x" * 65])
def test_a_file_of_the_wrong_size_is_told_and_stays_as_it_is(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o600)
    fault = fault_of(path)
    assert "does not hold 32 bytes" in fault.message
    assert path.read_bytes() == content


def test_a_file_that_others_can_read_is_told(path: Path) -> None:
    secret = lasting_secret(path)
    path.chmod(0o640)
    fault = fault_of(path)
    assert f"chmod 600 {path}" in fault.message
    assert secret.hex() not in str(fault)
    path.chmod(0o600)
    assert lasting_secret(path) == secret


def test_what_is_no_file_is_told(path: Path, tmp_path: Path) -> None:
    path.mkdir(mode=0o700)
    assert "is no file" in fault_of(path).message
    path.rmdir()
    (tmp_path / "elsewhere").write_bytes(b"x" * 32)
    path.symlink_to(tmp_path / "elsewhere")
    assert "cannot be read" in fault_of(path).message
    path.unlink()
    os.mkfifo(path, 0o600)
    # A pipe without a writer would keep us waiting for ever.
    assert "is no file" in fault_of(path).message
