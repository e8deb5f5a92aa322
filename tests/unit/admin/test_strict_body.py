import json
import time

import pytest

from gatepost.admin.problem import Refused
from gatepost.admin.strict_body import MAX_DEPTH, read_json, refuse_unfit


def test_an_object_is_read() -> None:
    assert read_json(b' {"a": [1, 1.5, null, "\\u00e4\\ud83d\\ude00"]} ') == {
        "a": [1, 1.5, None, "ä😀"]
    }


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"{", "Cannot parse JSON body"),
        (b"[]", "Cannot parse JSON body: an object is wanted"),
        (b'{"a":1,"a":1}', "Cannot parse JSON body: a member name is repeated"),
        (b'{"a":{"b":1,"b":2}}', "Cannot parse JSON body: a member name is repeated"),
        (b'{"a":NaN}', "Cannot parse JSON body: NaN is no JSON"),
        (b'{"a":-Infinity}', "Cannot parse JSON body: -Infinity is no JSON"),
        (b'{"a":1e999}', "Cannot parse JSON body: a number is too large"),
        (b'{"a":' + b"1" * 31 + b"}", "Cannot parse JSON body: a number is too large"),
        (b'{"a":"\\u0000"}', "Cannot parse JSON body: a text holds a NUL character"),
        (b'{"\\u0000":1}', "Cannot parse JSON body: a text holds a NUL character"),
        (b'{"a":["\\ud800"]}', "Cannot parse JSON body: a text holds half of a surrogate pair"),
        (b'{"a":"\xff"}', "Cannot parse JSON body"),
        (b'{"a":"\x00"}', "Cannot parse JSON body"),
        (
            b'{"a":' + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH + b"}",
            f"Cannot parse JSON body: nested deeper than {MAX_DEPTH} levels",
        ),
    ],
)
def test_what_has_a_second_reading_is_refused(raw: bytes, why: str) -> None:
    with pytest.raises(Refused) as caught:
        read_json(raw)
    assert (caught.value.status, caught.value.body) == (400, {"message": why})


def test_brackets_in_a_text_are_no_depth() -> None:
    text = "[" * 1000 + '\\"' + "{" * 1000
    assert read_json(b'{"a":"' + text.encode() + b'"}')


def test_texts_of_other_bodies_are_held_to_the_same() -> None:
    refuse_unfit({"a": ["b"]})
    with pytest.raises(Refused, match="NUL"):
        refuse_unfit({"a": ["b\0"]})


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":[' + b'"",' * 2_000_000 + b'""]}',
        b"{" + b",".join(b'"a%d":1' % n for n in range(30_000)) + b"}",
        b'{"a":' + b"[1]," * 30_000,
        b'{"a":["' + b'","' * 30_000 + b'"]}',
    ],
)
def test_more_values_than_any_entity_has_are_refused_before_they_are_made(raw: bytes) -> None:
    began = time.monotonic()
    with pytest.raises(Refused) as caught:
        read_json(raw)
    assert "more than 20000 values" in str(caught.value)
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    "text", ["," * 5_000_000, '",' * 2_000_000, "\\" * 3_000_000, "[{," * 1_000_000]
)
def test_what_a_text_holds_is_no_value(text: str) -> None:
    raw = json.dumps({"a": text, "b": [1, 2]}).encode()
    assert read_json(raw) == {"a": text, "b": [1, 2]}
