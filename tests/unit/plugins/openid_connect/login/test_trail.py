from gatepost.plugins.openid_connect.login.trail import WINDOW, Trail


def trail(*times: float) -> Trail:
    found = Trail()
    for number, at in enumerate(times):
        found = found.with_(str(number), at, f"/{number}")
    return found


def test_logins_within_the_window_are_counted() -> None:
    assert trail(100, 101, 102).rounds(103) == 3
    assert trail(100, 101, 102).rounds(101 + WINDOW) == 1
    assert trail().rounds(100) == 0


def test_a_clock_that_was_set_back_counts_nothing() -> None:
    assert trail(100, 101, 102).rounds(50) == 0


def test_the_last_few_logins_know_where_they_went() -> None:
    found = trail(*range(10))
    assert found.target("9") == "/9"
    assert found.target("0") is None


def test_long_targets_do_not_pile_up() -> None:
    found = Trail()
    for number in range(5):
        found = found.with_(str(number), 1, "/" + "x" * 1000)
    assert [len(target) for _, _, target in found.done] == [0, 0, 0, 0, 1001]
