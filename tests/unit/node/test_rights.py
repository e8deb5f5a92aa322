import grp
import os
import pwd
import tempfile
from pathlib import Path

import pytest

from gatepost.node.rights import barred, group_name, workers_group
from gatepost.values import Fault

ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives rights away")


@ROOT
def test_workers_of_root_have_the_group_of_their_user() -> None:
    assert workers_group("nobody") == pwd.getpwnam("nobody").pw_gid


@ROOT
def test_a_user_that_is_not_there_is_refused_with_words() -> None:
    with pytest.raises(Fault) as caught:
        workers_group("no-such-user")
    assert caught.value.code == "settings.user"
    assert "--user" in caught.value.message


@pytest.mark.skipif(os.geteuid() == 0, reason="root gives rights away")
def test_workers_of_anybody_else_are_themselves() -> None:
    assert workers_group("no-such-user") is None


def test_a_group_has_a_name() -> None:
    own = pwd.getpwuid(os.geteuid())
    assert group_name(own.pw_name) == grp.getgrgid(own.pw_gid).gr_name


def test_a_directory_that_workers_cannot_pass_is_found() -> None:
    with tempfile.TemporaryDirectory() as directory:
        inner = Path(directory) / "inner" / "prefix"
        inner.mkdir(parents=True)
        Path(directory).chmod(0o711)
        inner.parent.chmod(0o711)
        assert barred(inner, 65534) is None
        Path(directory).chmod(0o700)
        assert barred(inner, 65534) == Path(directory)
        Path(directory).chmod(0o710)
        assert barred(inner, Path(directory).stat().st_gid) is None
        assert barred(inner, 65534) == Path(directory)
