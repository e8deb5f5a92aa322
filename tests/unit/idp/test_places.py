from gatepost.idp.places import KEYS, Places


def test_keys_move_to_a_new_place_each_time_and_back() -> None:
    places = Places()
    assert (places.keys, places.moved) == (KEYS, False)
    places.move()
    first = places.keys
    assert places.moved
    places.move()
    assert places.keys not in (first, KEYS)
    places.restore()
    assert (places.keys, places.moved) == (KEYS, False)
