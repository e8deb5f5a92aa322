from gatepost.plugin import KEEP, Edits


def test_where_two_edits_meet_the_later_wins() -> None:
    first = Edits(authorization="a", headers=(("X-A", "1"), ("b", "1")), remove_args=("q",))
    later = Edits(authorization=None, headers=(("x-a", None),), remove_args=("r",), body=b"x")
    both = first.and_(later)
    assert both.authorization is None
    assert both.headers == (("b", "1"), ("x-a", None))
    assert both.remove_args == ("q", "r")
    assert both.body == b"x"


def test_nothing_changes_nothing() -> None:
    some = Edits(authorization="a", response_headers=(("r", "1"),))
    assert some.and_(Edits()) == Edits().and_(some) == some
    assert Edits().authorization is KEEP


def test_secrets_are_not_shown() -> None:
    assert "canary" not in repr(Edits(authorization="canary", headers=(("a", "canary"),)))
