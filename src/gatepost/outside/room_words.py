"""What lies in a room, and the steps in which it is read and written.

    PREFIX:{revocations}         a sorted set: each live revocation as JSON, with the wall seconds
                                 at which it expires as its score; and the room's epoch
    PREFIX:{revocations}:news    a stream of the same, for those who follow

The braces keep both on one node of a cluster. The epoch is a number that was drawn when the room
was founded: a room that was emptied has another. It stands in the set, so that whatever loses the
set loses the epoch.
"""

import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from gatepost.outside.redis_client import Script
from gatepost.plugin import Revocation

EPOCH = b"epoch"
FIELD = b"revocation"
"""The field of an entry of the stream that holds a revocation."""

_LARGEST = 65_536
_PARTS = 4
_WORDS = 1024
_BATCH = 500
NEWS = 10_000
"""Entries that the stream holds, or a few more."""
_THROUGH = re.compile(r" \(through (?:Redis |the control plane\))")

JOIN = Script(
    """
local now = tonumber(redis.call('TIME')[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - 3600)
local epoch = redis.call('ZSCORE', KEYS[1], 'epoch')
local proven = 0
if epoch and epoch == ARGV[2] and redis.call('XRANGE', KEYS[2], ARGV[3], ARGV[3])[1] then
  proven = 1
end
if not epoch then
  redis.call('ZADD', KEYS[1], ARGV[1], 'epoch')
  epoch = redis.call('ZSCORE', KEYS[1], 'epoch')
end
local tail = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1]
if not tail then tail = { redis.call('XADD', KEYS[2], '*', 'epoch', epoch) } end
return { epoch, tail[1], proven }
"""
)
"""Found the room where there is none. ARGV: an epoch to found it with, the epoch and the entry
that were known. Returns its epoch, its newest entry, and whether nothing can have been missed."""

PROVE = Script(
    """
if redis.call('ZSCORE', KEYS[1], 'epoch') ~= ARGV[1] then return 0 end
return redis.call('XRANGE', KEYS[2], ARGV[2], ARGV[2])[1] and 1 or 0
"""
)
"""Return whether the room is the one that was joined, and still holds the entry read last."""

TELL = Script(
    """
local now = tonumber(redis.call('TIME')[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - 3600)
for i = 2, #ARGV, 2 do
  if redis.call('ZADD', KEYS[1], 'NX', ARGV[i], ARGV[i + 1]) == 1 then
    redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[1], '*', 'revocation', ARGV[i + 1])
  end
end
return 1
"""
)
"""Write revocations that are not there yet, into the set and into the stream, in one step."""


def keys_of(prefix: str) -> tuple[str, str]:
    """Return the names of set and stream."""
    room = f"{prefix}:{{revocations}}"
    return room, f"{room}:news"


def told(revocations: Sequence[Revocation]) -> Iterator[list[str | bytes | int]]:
    """Yield the arguments of TELL, for a few hundred revocations each."""
    for begin in range(0, len(revocations), _BATCH):
        words: list[str | bytes | int] = [NEWS]
        for one in revocations[begin : begin + _BATCH]:
            words += ["+inf" if one.expires is None else repr(one.expires), write_member(one)]
        yield words


def heard(one: Revocation, room: str) -> Revocation:
    """Return a revocation that came from a room, which says so for people."""
    return replace(one, why=f"{one.why} (through Redis {room})")


def write_member(one: Revocation) -> bytes:
    """Write a revocation in the one form that it has in all rooms and on all nodes: without what
    is each node's own, its number and how it was heard of.
    """
    data = one.to_json()
    del data["number"]
    data["who"] = one.who[:_WORDS]
    data["why"] = _THROUGH.split(one.why, maxsplit=1)[0][:_WORDS]
    return json.dumps(data, separators=(",", ":"), sort_keys=True).encode()


def read_members(members: Iterable[bytes]) -> tuple[list[Revocation], int]:
    """Return the revocations among members, and how many were none and left out."""
    found, bad = [], 0
    for member in members:
        if member == EPOCH:
            continue
        try:
            found.append(_read(member))
        except (ValueError, TypeError, RecursionError):
            bad += 1
    return found, bad


def _read(member: bytes) -> Revocation:
    """Read strictly: it goes into the node's log, and every process must be able to read that."""
    if len(member) > _LARGEST:
        raise ValueError("too long")
    data = json.loads(member.decode("utf-8"), parse_constant=_no_number)
    if not isinstance(data, dict):
        raise ValueError("no record")
    one = Revocation.from_json({**data, "number": 0})
    if len(one.tag.parts) > _PARTS:
        raise ValueError("too many parts")
    for text in (*one.tag.parts, one.who, one.why):
        text.encode()  # half of a character is none
    if not math.isfinite(one.not_before) or not math.isfinite(one.expires or 0.0):
        raise ValueError("no moment")
    return one


def _no_number(_: str) -> float:
    raise ValueError("no number")
