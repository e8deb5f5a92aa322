from gatepost.idp.faulty.logout import LOGOUT


def test_the_state_is_another_or_gone() -> None:
    assert LOGOUT["logout-other-state"]("s") == "s_INVALID"
    assert LOGOUT["logout-no-state"]("s") is None
