from gatepost.feed.allowance import Allowance


def test_a_stock_is_there_at_once_and_what_is_beyond_it_takes_its_time() -> None:
    now = [0.0]
    allowance = Allowance(100, 10, lambda: now[0])
    assert allowance.wait_for("a", 100) == 0
    assert allowance.wait_for("a", 50) == 5
    assert allowance.wait_for("b", 50) == 0
    now[0] = 10.0
    assert allowance.wait_for("a", 50) == 0
    now[0] = 1000.0
    assert allowance.wait_for("a", 101) == 0.1


def test_no_more_peers_are_remembered_than_there_is_room_for() -> None:
    allowance = Allowance(1, 1, lambda: 0.0)
    for peer in range(20_000):
        allowance.wait_for(peer, 1)
    assert len(allowance._left) == 10_000
