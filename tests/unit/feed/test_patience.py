from gatepost.feed.patience import Patience


def test_three_signs_of_life_may_be_lost_before_a_side_is_given_up() -> None:
    patience = Patience()
    assert patience.silence >= 3 * patience.ping
    assert patience.first < patience.most <= patience.connect
