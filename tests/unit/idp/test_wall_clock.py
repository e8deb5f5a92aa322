import time

from gatepost.idp.wall_clock import WallClock


def test_it_tells_the_systems_time() -> None:
    clock = WallClock()
    before = time.time()
    assert before <= clock.now() <= time.time()
    assert clock.past(before)
    assert not clock.past(before + 60)
