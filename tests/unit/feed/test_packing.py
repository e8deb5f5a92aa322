import zlib

import pytest

from gatepost.feed.packing import LARGEST, broken, pack, unpack
from gatepost.values import Fault

TEXT = b"words " * 1000


def test_what_was_packed_is_unpacked() -> None:
    assert len(pack(TEXT)) < len(TEXT) / 10
    assert unpack(pack(TEXT), len(TEXT)) == TEXT


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (pack(TEXT), len(TEXT) - 1),
        (pack(TEXT), len(TEXT) + 1),
        (pack(TEXT)[:-8], len(TEXT)),
        (pack(TEXT) + b"more", len(TEXT)),
        (b"nothing packed", 5),
        (b"", 0),
        (pack(TEXT), LARGEST + 1),
        (pack(TEXT), -1),
    ],
)
def test_what_does_not_have_the_size_that_was_told_is_refused(data: bytes, size: int) -> None:
    with pytest.raises(Fault) as caught:
        unpack(data, size)
    assert caught.value.code == "feed.broken"


def test_a_bomb_is_not_unpacked() -> None:
    bomb = zlib.compress(b"\0" * (64 * 1024 * 1024), 9)
    with pytest.raises(Fault):
        unpack(bomb, 1000)


def test_a_breach_says_what_it_was_for_the_log() -> None:
    assert broken("too long").cause == "too long"
