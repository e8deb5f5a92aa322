"""What lies outside a process: providers, the other processes of the node, a Redis.

Owns: calls over HTTP with their deadlines and limits; connections to a Redis, and what is kept
there: records, errands, revocations that nodes share; the words spoken at the agent's desk.
Refuses to know: policies, what a decision is, who asks and why; it starts no process.
Neighbours: plugin below, whose Courier, Store and Board it makes real; the processes above.
"""

from gatepost.outside.call_counts import CallCounts
from gatepost.outside.calls import Calls
from gatepost.outside.channel import Channel
from gatepost.outside.coverage import Coverage
from gatepost.outside.one_request import OneAnswer, OneRequest, send_one
from gatepost.outside.read_only_store import ReadOnlyStore
from gatepost.outside.redis_client import RedisClient
from gatepost.outside.redises import Redises
from gatepost.outside.room import Follower, Room, name_of
from gatepost.outside.room_look import look_at
from gatepost.outside.room_words import heard
from gatepost.outside.samples import Sample, as_text

__all__ = [
    "CallCounts",
    "Calls",
    "Channel",
    "Coverage",
    "Follower",
    "OneAnswer",
    "OneRequest",
    "ReadOnlyStore",
    "RedisClient",
    "Redises",
    "Room",
    "Sample",
    "as_text",
    "heard",
    "look_at",
    "name_of",
    "send_one",
]
