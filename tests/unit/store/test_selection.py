from gatepost.store.selection import Selection
from tests.unit.store.whole import everything, uid


def test_without_tags_everything_is_selected() -> None:
    chosen = Selection(everything())
    assert len(chosen.of("services")) == 2
    assert chosen.without("services") == []


def test_an_entity_needs_all_of_the_tags() -> None:
    whole = everything()
    assert [one.id for one in Selection(whole, ["team"]).of("services")] == [uid(18)]
    assert [one.id for one in Selection(whole, ["team", "x y"]).of("services")] == [uid(18)]
    assert Selection(whole, ["team", "other"]).of("services") == []
    assert [one.id for one in Selection(whole, ["team"]).without("services")] == [uid(19)]


def test_a_membership_goes_with_its_consumer() -> None:
    assert len(Selection(everything(), ["team"]).of("consumer_group_consumers")) == 1
    assert Selection(everything(), ["x y"]).of("consumer_group_consumers") == []
