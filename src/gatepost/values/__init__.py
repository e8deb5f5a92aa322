"""What everyone can say: the words every other package shares.

Owns: HTTP exchanges as values (Call, Reply, Headers), addresses, faults, secrets, tags, clocks.
Refuses to know: configuration, protocols, sockets, processes. Standard library only.
Neighbours: everybody above; nothing below.
"""

from gatepost.values.address import Address
from gatepost.values.call import Call, Transport
from gatepost.values.clock import Clock, FixedClock
from gatepost.values.fault import By, Fault
from gatepost.values.headers import Headers
from gatepost.values.redis_settings import RedisSettings
from gatepost.values.reply import Reply
from gatepost.values.secret import Secret, reveal
from gatepost.values.tag import Tag, TagKind

__all__ = [
    "Address",
    "By",
    "Call",
    "Clock",
    "Fault",
    "FixedClock",
    "Headers",
    "RedisSettings",
    "Reply",
    "Secret",
    "Tag",
    "TagKind",
    "Transport",
    "reveal",
]
