import json

import msgspec
import pytest

from gatepost.idp import okta
from gatepost.idp.directory import Group, User
from gatepost.idp.seed import UserSeed


def test_a_user_is_written_without_the_password() -> None:
    one = User("00u1", UserSeed(login="ann", password="hidden"), 86_400.0)
    written = okta.user(one)
    assert "hidden" not in json.dumps(written)
    assert written["created"] == "1970-01-02T00:00:00.000Z"
    one.life.end()
    assert okta.user(one)["status"] == "DEPROVISIONED"


def test_users_and_groups_are_read_strictly() -> None:
    user = b'{"profile": {"login": "a"}, "credentials": {"password": {"value": "p"}}}'
    assert okta.read_user(user).login == "a"
    assert okta.read_group(b'{"profile": {"name": "g"}}').name == "g"
    for read in (okta.read_user, okta.read_group):
        with pytest.raises(msgspec.MsgspecError):
            read(b'{"profile": {"name": "g", "more": 1}}')


def test_groups_and_problems_look_like_oktas() -> None:
    group = okta.group(Group("00g1", "staff", "those", 0.0))
    assert group["profile"] == {"name": "staff", "description": "those"}
    assert okta.problem("E1", "why")["errorCode"] == "E1"
