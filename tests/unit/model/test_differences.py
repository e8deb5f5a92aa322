from gatepost.model import Consumer, Snapshot, changed_consumers
from tests.unit.model.saying import ID, OTHER

ANN = Consumer(id=ID, username="ann", custom_id="1")
BOB = Consumer(id=OTHER, username="bob")


def test_nothing_changed_is_nothing_to_revoke() -> None:
    assert (
        changed_consumers(Snapshot(consumers=(ANN, BOB)), Snapshot(consumers=(BOB, ANN))) == set()
    )


def test_a_consumer_that_comes_or_goes_is_named_by_all_it_is_found_by() -> None:
    names = {("id", OTHER), ("username", "bob")}
    with_bob, without = Snapshot(consumers=(ANN, BOB)), Snapshot(consumers=(ANN,))
    assert changed_consumers(without, with_bob) == names
    assert changed_consumers(with_bob, without) == names


def test_a_renamed_consumer_is_named_by_its_old_and_its_new_name() -> None:
    renamed = ANN.model_copy(update={"username": "anna"})
    assert changed_consumers(Snapshot(consumers=(ANN,)), Snapshot(consumers=(renamed,))) == {
        ("id", ID), ("custom_id", "1"), ("username", "ann"), ("username", "anna"),
    }  # fmt: skip


def test_a_consumer_that_was_replaced_under_its_name_is_changed() -> None:
    again = Consumer(id=OTHER, username="ann")
    assert ("username", "ann") in changed_consumers(
        Snapshot(consumers=(ANN,)), Snapshot(consumers=(again,))
    )
