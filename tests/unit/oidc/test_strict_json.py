import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.oidc.strict_json import MAX_DEPTH, NotStrictJson, read_object

HOSTILE = {
    "a repeated name": b'{"active":false,"active":true}',
    "a repeated name inside": b'{"a":{"b":1,"b":2}}',
    "a name repeated by escape": b'{"a":1,"\\u0061":2}',
    "NaN": b'{"exp":NaN}',
    "Infinity": b'{"exp":-Infinity}',
    "a number that overflows": b'{"exp":1e309}',
    "a number of 5,000 digits": b'{"exp":' + b"9" * 5000 + b"}",
    "not UTF-8": b'{"a":"\xff"}',
    "overlong UTF-8": b'{"a":"\xc0\xaf"}',
    "a surrogate in UTF-8": b'{"a":"\xed\xa0\x80"}',
    "a lone surrogate": b'{"a":"\\ud800"}',
    "a lone surrogate as a name": b'{"\\uDFFF":1}',
    "a byte order mark": b'\xef\xbb\xbf{"a":1}',
    "a list": b"[]",
    "a text": b'"a"',
    "a number": b"1",
    "null": b"null",
    "nothing": b"",
    "two objects": b"{}{}",
    "a comment": b"{} // no",
    "a trailing comma": b'{"a":1,}',
    "a control character in a text": b'{"a":"\n"}',
    "depth 100,000": b'{"a":' + b"[" * 100_000,
    "depth in balance": b'{"a":' + b"[" * 30 + b"]" * 30 + b"}",
    "depth behind a text of brackets": b'{"a":"[[\\"]]","b":' + b'{"c":' * 30 + b"1" + b"}" * 31,
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_could_be_read_in_two_ways_is_refused(raw: bytes) -> None:
    with pytest.raises(NotStrictJson):
        read_object(raw, limit=1_000_000)


def test_an_honest_object_is_read() -> None:
    raw = '{"a": [1, 1.5, "\\ud83d\\ude00", "é"], "b": {"c": null}}'.encode()
    assert read_object(raw, limit=100) == {"a": [1, 1.5, "😀", "é"], "b": {"c": None}}


def test_brackets_inside_texts_are_no_depth() -> None:
    raw = b'{"a":"' + b"[{" * 100 + b'\\"[["}'
    assert read_object(raw, limit=1000)["a"] == "[{" * 100 + '"[['


def test_many_brackets_side_by_side_are_no_depth() -> None:
    assert len(read_object(b'{"a":[' + b"[]," * 99 + b"[]]}", limit=1000)) == 1


def test_the_deepest_allowed_object_is_read() -> None:
    depth = MAX_DEPTH - 1
    assert read_object(b'{"a":' + b"[" * depth + b"]" * depth + b"}", limit=1000)


def test_size_is_checked_exactly_and_first() -> None:
    assert read_object(b'{"a":1}', limit=7) == {"a": 1}
    with pytest.raises(NotStrictJson, match="larger than 6 bytes"):
        read_object(b'{"a":1}', limit=6)


def test_the_reason_does_not_quote_the_text() -> None:
    with pytest.raises(NotStrictJson) as raised:
        read_object(b'{"token":"canary-1234', limit=100)
    assert "canary" not in str(raised.value)


@given(st.binary(max_size=300) | st.text(alphabet='{}[]"\\:,1aeu.-', max_size=300).map(str.encode))
def test_nothing_but_an_object_or_a_refusal_ever_comes_out(raw: bytes) -> None:
    with contextlib.suppress(NotStrictJson):
        assert isinstance(read_object(raw, limit=300), dict)


def test_a_text_in_the_same_words_is_no_second_reading_where_that_is_allowed() -> None:
    assert read_object(b'{"a":"x","b":1,"a":"x"}', limit=99, repeats=True) == {"a": "x", "b": 1}
    for raw in (b'{"a":"x","a":"y"}', b'{"a":1,"a":1}', b'{"a":"x","a":null}', b'{"a":{},"a":{}}'):
        with pytest.raises(NotStrictJson):
            read_object(raw, limit=99, repeats=True)
    with pytest.raises(NotStrictJson):
        read_object(b'{"a":"x","a":"x"}', limit=99)
