from gatepost.feed.close_codes import Closed, as_reason


def test_codes_of_ours_are_in_the_range_that_is_left_to_us_and_each_means_one_thing() -> None:
    ours = [code for code in Closed if code not in {Closed.STOPPING, Closed.FAILED}]
    assert all(4000 <= code < 5000 for code in ours)
    assert len({int(code) for code in Closed}) == len(Closed)


def test_a_reason_is_cut_between_characters() -> None:
    for reason in ("é" * 100, "x" + "é" * 100, "漢" * 100, "\ud800", "short"):
        said = as_reason(reason)
        assert len(said) <= 120
        assert said.decode("utf-8")
