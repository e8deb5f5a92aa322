from gatepost.values import FixedClock


def test_what_is_past_stays_past_and_needs_no_deadline() -> None:
    clock = FixedClock(100)
    assert clock.past(99)
    assert clock.past(100)
    assert clock.deadline is None


def test_the_deadline_is_the_first_moment_at_which_an_answer_would_change() -> None:
    clock = FixedClock(100)
    assert [clock.past(instant) for instant in (130, 110, 120)] == [False, False, False]
    assert clock.deadline == 110
    assert not clock.raw


def test_reading_the_raw_time_is_noted() -> None:
    clock = FixedClock(100)
    assert clock.now() == 100
    assert clock.raw
