from bench.inside import folded


def test_own_time_is_the_last_frame_s_and_a_recursion_counts_once() -> None:
    own, whole = folded("main;a;b 3\nmain;a;a 2\nmain 1\n")
    assert own == {"b": 3, "a": 2, "main": 1}
    assert whole == {"main": 6, "a": 5, "b": 3}
