"""Consumer groups, and who is in them."""

from gatepost.model.entity import Entity
from gatepost.model.text import Id, Name


class ConsumerGroup(Entity):
    """Kong's consumer group: a name that consumers share."""

    name: Name


class ConsumerGroupMember(Entity):
    """One consumer in one group; both are ids. Kong has no path of its own for these."""

    consumer: Id
    consumer_group: Id
