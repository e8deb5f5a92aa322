from gatepost.explaining import Described
from tests.unit.explaining.grounds import ground


def test_the_route_is_the_one_that_a_node_takes() -> None:
    one = ground()
    found = one.found(Described.of("http://h/one/two/x", None, [], b"").request())
    assert found is not None
    assert (found.place.route.name, one.place(found), len(one.order)) == ("one.two", 1, 2)
    assert one.found(Described.of("http://h/else", None, [], b"").request()) is None


def test_what_was_worked_out_is_kept() -> None:
    one = ground()
    assert one.order is one.order
    assert one.people is one.people
