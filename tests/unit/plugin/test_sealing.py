import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.plugin.sealing import OVERHEAD, NotOurs, Seal, as_text, derive, from_text

KEY, OTHER = derive(b"secret", "a"), derive(b"secret", "b")


def sealed(content: bytes = b"content", seal: Seal | None = None) -> bytes:
    return (seal or Seal([KEY])).close(content, bound_to=b"here", random=os.urandom)


@given(st.binary(max_size=300), st.binary(max_size=40))
def test_what_was_sealed_opens_where_it_belongs(content: bytes, place: bytes) -> None:
    message = Seal([KEY]).close(content, bound_to=place, random=os.urandom)
    assert len(message) == len(content) + OVERHEAD
    assert Seal([KEY]).open(message, bound_to=place) == content
    with pytest.raises(NotOurs):
        Seal([KEY]).open(message, bound_to=place + b"x")


def test_no_altered_byte_and_no_cut_opens() -> None:
    message, seal = sealed(), Seal([KEY])
    for at in range(len(message)):
        for bit in (1, 128):
            altered = bytearray(message)
            altered[at] ^= bit
            with pytest.raises(NotOurs):
                seal.open(bytes(altered), bound_to=b"here")
        with pytest.raises(NotOurs):
            seal.open(message[:at], bound_to=b"here")
    with pytest.raises(NotOurs):
        seal.open(message + b"\0", bound_to=b"here")


def test_the_same_content_never_looks_the_same() -> None:
    assert len({sealed() for _ in range(100)}) == 100


def test_an_older_key_opens_and_a_strange_one_does_not() -> None:
    old = sealed(seal=Seal([OTHER]))
    rotated = Seal([KEY, OTHER])
    assert rotated.open(old, bound_to=b"here") == b"content"
    assert rotated.aged(old)
    assert not rotated.aged(sealed(seal=rotated))
    with pytest.raises(NotOurs, match="not known"):
        Seal([KEY]).open(old, bound_to=b"here")


def test_keys_differ_by_purpose_and_by_where_a_purpose_is_split() -> None:
    keys = {derive(b"s"), derive(b"s", "ab"), derive(b"s", "a", "b"), derive(b"t", "a", "b")}
    assert len(keys) == 4
    with pytest.raises(ValueError, match="32 bytes"):
        Seal([b"short"])
    with pytest.raises(ValueError, match="32 bytes"):
        Seal([])


@given(st.binary(max_size=50))
def test_text_has_one_spelling(raw: bytes) -> None:
    text = as_text(raw)
    assert from_text(text) == raw
    for other in (text + "=", text + " ", text.replace("-", "+"), text + "\n", "ä" + text):
        if other != text:
            with pytest.raises(NotOurs):
                from_text(other)


def test_bits_in_the_unused_tail_are_refused() -> None:
    assert from_text("AA") == b"\0"
    with pytest.raises(NotOurs, match="spelling"):
        from_text("AB")
