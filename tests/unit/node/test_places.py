import pytest

from gatepost.node.places import Places
from gatepost.values import Address, Fault

A, B, C = (Address(name, 8005) for name in "abc")


def test_places_are_tried_in_turn_and_after_the_last_comes_the_first() -> None:
    places = Places([A, B, C])
    seen = [places.current]
    for _ in range(3):
        places.turn()
        seen.append(places.current)
    assert seen == [A, B, C, A]


def test_whoever_goes_through_all_begins_with_the_one_in_use() -> None:
    places = Places([A, B, C])
    places.turn()
    assert list(places) == [B, C, A]


def test_places_are_read_as_they_were_written_whichever_is_in_use() -> None:
    places = Places([A, B])
    places.turn()
    assert list(Places.read(str(places))) == [A, B]


def test_one_place_stays() -> None:
    places = Places([A])
    places.turn()
    assert (places.current, len(places)) == (A, 1)


@pytest.mark.parametrize("text", ["", ",", "a:1,,b:2", "a:1,", "a:x"])
def test_what_is_no_list_of_addresses_is_refused(text: str) -> None:
    with pytest.raises(Fault) as caught:
        Places.read(text)
    assert caught.value.code == "listen.malformed"
