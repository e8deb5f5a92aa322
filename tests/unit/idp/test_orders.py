from gatepost.idp.orders import Order, Orders


def test_a_fault_is_due_as_often_as_ordered_and_then_over() -> None:
    orders = Orders()
    orders.add(Order("html", "token", 2), inside=False)
    orders.add(Order("reset", "token"), inside=False)
    taken = [orders.take("token") for _ in range(4)]
    assert [one.fault if one else None for one in taken] == ["html", "html", "reset", None]
    assert orders.take("keys") is None


def test_what_is_due_is_shown_and_cleared() -> None:
    orders = Orders()
    orders.add(Order("html", "token", 3), inside=False)
    orders.take("token")
    assert orders.shown() == [{"fault": "html", "endpoint": "token", "left": 2}]
    orders.clear()
    assert orders.shown() == []


def test_faults_that_act_inside_wait_for_their_place_and_hold_up_no_others() -> None:
    orders = Orders()
    orders.add(Order("a", "token"), inside=True)
    orders.add(Order("b", "token"), inside=True)
    orders.add(Order("html", "token"), inside=False)
    assert orders.take("token", {"b"}) == Order("b", "token")
    assert orders.take("token", {"b", "html"}) is None
    assert orders.take("token") == Order("html", "token")
    assert orders.take("token") is None
    assert orders.take("token", ("a",)) == Order("a", "token")
    assert orders.shown() == []
