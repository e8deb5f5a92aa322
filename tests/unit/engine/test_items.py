import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.engine.items import join, split


@given(st.lists(st.binary(max_size=50), max_size=10))
def test_what_was_joined_is_split_again(items: list[bytes]) -> None:
    assert split(join(items)) == items


def test_lists_nest() -> None:
    inner = join([b"a", b""])
    assert [split(one) for one in split(join([inner, b""]))] == [[b"a", b""], []]


@pytest.mark.parametrize(
    "data", [b"\0", b"\0\0\0", b"\0\0\0\x01", b"\0\0\0\x02a", b"\xff\xff\xff\xffa", b"\0\0\0\0\0"]
)
def test_bytes_that_are_no_list_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="cut off"):
        split(data)
