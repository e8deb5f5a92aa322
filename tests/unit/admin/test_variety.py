from gatepost.admin.variety import Variety


def test_what_is_told_apart_is_bounded_for_each_node_and_begins_anew_each_hour() -> None:
    variety = Variety(most=2)
    one, two, three = ({"what": "requests", "route": name} for name in "abc")
    assert [variety.bounded("p", "n", told, 0.0) for told in (one, two, three, one)] == [
        one, two, {"what": "requests"}, one,
    ]  # fmt: skip
    assert variety.bounded("p", "m", three, 0.0) == three
    assert variety.bounded("q", "n", three, 0.0) == three
    assert variety.bounded("p", "n", three, 3600.0) == three
