import pytest

from gatepost.admin.caller import Caller, Role
from gatepost.values import Fault


def test_each_role_may_do_what_the_weaker_ones_may() -> None:
    assert Role.VIEWER < Role.OPERATOR < Role.ADMIN
    Caller("ann", Role.ADMIN, "token").require(Role.OPERATOR)
    with pytest.raises(Fault) as caught:
        Caller("ann", Role.VIEWER, "token").require(Role.OPERATOR)
    assert caught.value.code == "admin.forbidden"
    assert "operator" in caught.value.message


def test_a_caller_of_one_control_plane_sees_no_other() -> None:
    assert Caller("ann", Role.ADMIN, "token").sees("a")
    assert Caller("ann", Role.ADMIN, "token", plane="a").sees("a")
    assert not Caller("ann", Role.ADMIN, "token", plane="a").sees("b")
