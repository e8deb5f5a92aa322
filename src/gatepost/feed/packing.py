"""Bytes made smaller for the way: zlib at its quickest, and never unpacked beyond a bound."""

import zlib

from gatepost.values import By, Fault

LARGEST = 256 * 1024 * 1024
"""Bytes of a configuration, packed or not."""


def pack(data: bytes) -> bytes:
    """Return the packed form."""
    return zlib.compress(data, 1)


def unpack(data: bytes, size: int) -> bytes:
    """Return what was packed, which has ``size`` bytes.

    Raises Fault(by=OURS) ``feed.broken`` when it has not, or is nothing packed.
    """
    if not 0 <= size <= LARGEST:
        raise broken("a configuration is larger than 256 MiB")
    unpacker = zlib.decompressobj()
    try:
        plain = unpacker.decompress(data, size + 1)
    except zlib.error:
        raise broken("a configuration cannot be unpacked") from None
    if len(plain) != size or not unpacker.eof or unpacker.unused_data:
        raise broken("a configuration does not have the size that was told")
    return plain


def broken(what: str) -> Fault:
    """Return the Fault of a peer that does not keep to what was agreed."""
    return Fault(
        "feed.broken", "The other side of the feed broke its rules.", by=By.OURS, cause=what
    )
