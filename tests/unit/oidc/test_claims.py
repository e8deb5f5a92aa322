import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.oidc.claims import MAX_WORDS, claim_as_header, look_up, satisfies, words
from gatepost.values import By, Fault


def test_a_path_walks_into_objects_only() -> None:
    claims = {"realm": {"roles": ["a"], "none": None}, "list": [{"x": 1}], "text": "abc"}
    assert look_up(claims, ["realm", "roles"]) == ["a"]
    assert look_up(claims, ["text"]) == "abc"
    for path in (["realm", "none"], ["list", "0"], ["list", "x"], ["text", "a"], ["no"], []):
        assert look_up(claims, path) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("read write", {"read", "write"}),
        ("read  read", {"read"}),
        ("read\twrite", {"read\twrite"}),
        ("read,write", {"read,write"}),
        ("", set()),
        (["a", "b c"], {"a", "b c"}),
        (["a", ""], {"a"}),
        (["a", 1], set()),
        ([["a"]], set()),
        ({"a": 1}, set()),
        (7, {"7"}),
        (True, {"true"}),
        (1.5, set()),
        (None, set()),
    ],
)
def test_words_are_taken_by_type(value: object, expected: set[str]) -> None:
    assert words(value) == expected


def test_a_list_beyond_the_limit_has_no_words() -> None:
    assert len(words([str(n) for n in range(MAX_WORDS)])) == MAX_WORDS
    assert words([str(n) for n in range(MAX_WORDS + 1)]) == set()


@pytest.mark.parametrize(
    ("required", "values", "answer"),
    [
        ([], {"a"}, True),
        (["read write", "admin"], {"read", "write"}, True),
        (["read write", "admin"], {"admin"}, True),
        (["read write", "admin"], {"read"}, False),
        (["read"], {"readwrite"}, False),
        (["admin"], {"admin:x"}, False),
        (["read"], {"Read"}, False),
        ([""], {""}, False),
        ([" "], {"a"}, False),
        (["a"], set(), False),
    ],
)
def test_requirements_are_and_within_or_between(
    required: list[str], values: set[str], answer: bool
) -> None:
    assert satisfies(required, values) is answer


@pytest.mark.parametrize(
    ("value", "header"),
    [
        ("https://issuer.example", "https://issuer.example"),
        ("a b", "a b"),
        ("a, b", "a, b"),
        (["openid", "email"], "openid, email"),
        (7, "7"),
        (1.5, "1.5"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        ([1, True, "x"], "1, true, x"),
        ("José", "UTF-8''Jos%C3%A9"),
        (["é", "a"], "UTF-8''%C3%A9, a"),
        (" a", "UTF-8''%20a"),
        ("utf-8''x", "UTF-8''utf-8%27%27x"),
        ("\x85", "UTF-8''%C2%85"),
        (None, None),
        ("", None),
        ([], None),
    ],
)
def test_a_claim_becomes_a_header(value: object, header: str | None) -> None:
    assert claim_as_header(value) == header


@pytest.mark.parametrize("value", [{"a": "é"}, [{"a": 1}], [["a"]], {}])
def test_an_object_becomes_base64_of_its_json(value: object) -> None:
    header = claim_as_header(value)
    assert header is not None
    assert json.loads(base64.b64decode(header, validate=True)) == value


@pytest.mark.parametrize(
    "value", ["a\r\nX-Evil: 1", "a\n", "\x00", "a\tb", "\x7f", ["a", "b\n"], ["a,b"], ["a", ""]]
)
def test_what_could_be_read_as_something_else_is_not_sent(value: object) -> None:
    with pytest.raises(Fault) as raised:
        claim_as_header(value)
    assert (raised.value.code, raised.value.by) == ("token.claim_unsendable", By.CLIENT)
    assert "Evil" not in str(raised.value)


def test_the_size_of_a_header_is_limited() -> None:
    assert claim_as_header("x" * 10, limit=10)
    for value in ("x" * 11, ["x"] * 9, {"a": "xxxx"}, "é" * 3):
        with pytest.raises(Fault, match=r"token\.claim_too_large"):
            claim_as_header(value, limit=10)


@given(st.text(max_size=30), st.text(max_size=30))
def test_two_texts_never_share_a_header_and_none_breaks_one(a: str, b: str) -> None:
    headers = []
    for text in (a, b):
        try:
            header = claim_as_header(text)
        except Fault:
            header = None
        assert header is None or (header.isascii() and header.isprintable())
        assert header is None or header == header.strip()
        headers.append(header)
    assert a == b or headers[0] is None or headers[0] != headers[1]
