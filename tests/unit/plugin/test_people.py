import pytest

from gatepost.plugin import People, Person, changed_lookup_tags, lookup_tag
from gatepost.values import Tag, TagKind

ALICE = Person("1", "Alice", "a-1")
PEOPLE = People([ALICE, Person("2", "bob", None)])


@pytest.mark.parametrize(
    ("by", "value"), [("id", "1"), ("username", "Alice"), ("custom_id", "a-1")]
)
def test_a_consumer_is_found_by_each_of_its_names(by: str, value: str) -> None:
    assert PEOPLE.find(by, value) is ALICE


def test_case_counts_unless_told_otherwise() -> None:
    assert PEOPLE.find("username", "alice") is None
    assert PEOPLE.find("username", "ALICE", ignore_case=True) is ALICE
    assert PEOPLE.find("id", "Alice") is None


def test_there_is_no_other_field_to_look_in() -> None:
    with pytest.raises(ValueError, match="username"):
        PEOPLE.find("email", "x")


def test_a_change_revokes_every_look_up_that_could_find_it() -> None:
    changed = changed_lookup_tags("username", "Alice")
    assert lookup_tag("username", "Alice") in changed
    assert lookup_tag("username", "aLICE", ignore_case=True) in changed
    assert Tag.of(TagKind.CONSUMER, "1") in changed_lookup_tags("id", "1")
