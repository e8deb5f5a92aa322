"""Lists of items: u32 big-endian length and bytes, one after another.

The language between the engine, the authorizers and the agent; lua/gatepost/items.lua is the
other half. A nested list is an item whose bytes are a list.
"""

import struct
from collections.abc import Iterable

_LENGTH = struct.Struct(">I")
_pack = _LENGTH.pack
_unpack = _LENGTH.unpack_from


def join(items: Iterable[bytes]) -> bytes:
    """Return the list that holds these items."""
    return b"".join([piece for one in items for piece in (_pack(len(one)), one)])


def split(data: bytes) -> list[bytes]:
    """Return the items of a list. Raises ValueError when the bytes are none."""
    found = []
    at, size = 0, len(data)
    while at < size:
        if at + 4 > size:
            raise ValueError("a length is cut off")
        begin = at + 4
        at = begin + _unpack(data, at)[0]
        if at > size:
            raise ValueError("an item is cut off")
        found.append(data[begin:at])
    return found
