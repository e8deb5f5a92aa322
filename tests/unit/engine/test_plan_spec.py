import pytest

from gatepost.engine import PlanSpec


def test_a_header_that_could_not_reach_an_upstream_is_no_identity_header() -> None:
    for name in ("X_Sub", "X Sub", "", "X\nSub", 'X"'):
        with pytest.raises(ValueError, match="header"):
            PlanSpec("0" * 64, identity_headers=(name,))
    assert PlanSpec("0" * 64, identity_headers=("X-Sub",)).remember


@pytest.mark.parametrize("name", ["", "a b", "a=b", "a;b", "\tx", "é", "a\n"])
def test_what_no_cookie_can_be_called_is_no_name_of_ours(name: str) -> None:
    with pytest.raises(ValueError, match="cookie"):
        PlanSpec("0" * 64, cookies=("session", name))
    with pytest.raises(ValueError, match="cookie"):
        PlanSpec("0" * 64, session_cookie=name)


def test_a_plan_may_have_a_session_and_names_that_begin_alike() -> None:
    plan = PlanSpec("0" * 64, cookies=("__Host-session", "flow_*"), session_cookie="s")
    assert plan.cookies == ("__Host-session", "flow_*")
