from gatepost.model import ConsumerGroup, ConsumerGroupMember
from tests.unit.model.saying import OTHER, mistakes


def test_a_group_has_a_name() -> None:
    assert mistakes(ConsumerGroup, name="gold") == {}
    assert mistakes(ConsumerGroup) == {"name": "required field missing"}


def test_a_member_is_a_consumer_in_a_group() -> None:
    assert mistakes(ConsumerGroupMember, consumer=OTHER, consumer_group=OTHER) == {}
    assert mistakes(ConsumerGroupMember).keys() == {"consumer", "consumer_group"}
