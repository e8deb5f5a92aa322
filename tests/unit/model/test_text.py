from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from gatepost.model.text import Id, Methods, Name, Port, Tags, Text, Timeout, header_name, one_of


def _said(kind: Any, value: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(value)
    return str(caught.value.errors()[0]["msg"])


def test_an_id_is_a_uuid_in_lower_case() -> None:
    upper = "AAAAAAAA-1111-4111-8111-111111111111"
    assert TypeAdapter(Id).validate_python(upper) == upper.lower()
    for wrong in (
        "x",
        upper.replace("-", ""),
        "{" + upper + "}",
        f"urn:uuid:{upper}",
        upper + "\n",
    ):
        assert "expected a valid UUID" in _said(Id, wrong)


def test_a_name_may_have_letters_of_any_script_but_no_space_or_slash() -> None:
    for right in ("a", "my-svc_1.x~", "b\u00fccher"):
        assert TypeAdapter(Name).validate_python(right) == right
    for wrong in ("", "a b", "a/b", "a\n", "a:b"):
        assert "must only contain" in _said(Name, wrong)


def test_tags_are_a_set_without_commas_and_slashes() -> None:
    assert TypeAdapter(Tags).validate_python(["b", "a", "b"]) == ("a", "b")
    for wrong in ("a,b", "a/b", "", " a"):
        assert "a tag must not" in _said(Tags, [wrong])


def test_methods_are_upper_case_and_stay_in_their_order() -> None:
    assert TypeAdapter(Methods).validate_python(["POST", "GET", "POST"]) == ("POST", "GET")
    assert "upper case" in _said(Methods, ["get"])


def test_numbers_are_bounded_and_never_coerced() -> None:
    assert "between 0 and 65535" in _said(Port, 65536)
    assert "between 1 and 2147483646" in _said(Timeout, 0)
    for wrong in ("80", 80.0, True):
        assert "integer" in _said(Port, wrong)


def test_text_is_not_empty() -> None:
    assert "length must be at least 1" in _said(Text, "")


def test_a_header_name_is_a_token() -> None:
    assert header_name("X-Foo") == "X-Foo"
    for wrong in ("", "a b", "a:", "\u00fc"):
        with pytest.raises(ValueError, match="header name"):
            header_name(wrong)


def test_a_word_that_comes_later_is_told_from_a_wrong_one() -> None:
    check = one_of("http", later=("tcp",))
    assert check("http") == "http"
    with pytest.raises(ValueError, match="not supported yet"):
        check("tcp")
    with pytest.raises(ValueError, match="expected one of: http"):
        check("htp")
