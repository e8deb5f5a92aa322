from typing import Any

import pytest

from gatepost.oidc import Extra
from gatepost.plugin.extract import HttpRequest, extract
from gatepost.plugin.request import Request
from gatepost.plugins.openid_connect.copied import Copied, paired
from gatepost.values import Headers


def of(copied: Copied, **request: Any) -> Extra:
    plain = HttpRequest(**request)
    keyed = extract(copied.attributes, plain)
    assert isinstance(keyed, dict)
    return copied.of(Request(keyed, plain.context()))


def test_fixed_values_come_first_and_every_value_of_a_header_is_copied() -> None:
    copied = Copied(headers=(("a", "1"),), from_headers=["X_B"], args_from_headers=["X-C"])
    headers = Headers([("x-b", "2"), ("x-b", "3"), ("x-c", "4")])
    extra = of(copied, headers=headers)
    assert extra.headers == (("a", "1"), ("X_B", "2"), ("X_B", "3"))
    assert extra.args == (("X-C", "4"),)


def test_an_argument_is_taken_from_the_query_then_the_body_then_a_header() -> None:
    copied = Copied(from_args=["t"], also_headers=True)
    form = ("content-type", "application/x-www-form-urlencoded")
    every: dict[str, Any] = {"headers": Headers([form, ("t", "header")]), "method": "POST"}
    assert of(copied, **every, args="t=query", body=b"t=body").args == (("t", "query"),)
    assert of(copied, **every, body=b"t=body").args == (("t", "body"),)
    assert of(copied, **every).args == (("t", "header"),)
    assert of(Copied(from_args=["t"]), **every).args == ()


def test_everything_that_is_copied_is_a_key_attribute() -> None:
    copied = Copied(
        from_headers=["X_B"], args_from_headers=["X-C"], from_args=["t"], also_headers=True
    )
    assert sorted(str(one) for one in copied.attributes) == [
        "bit:body",
        "headers:t",
        "headers:x-b",
        "headers:x-c",
        "query:t",
    ]
    assert Copied(headers=(("a", "1"),)).attributes == ()


def test_lists_are_paired_by_position() -> None:
    assert paired(["a", "b"], ["1", "2"]) == (("a", "1"), ("b", "2"))
    assert paired(None, None) == ()
    with pytest.raises(ValueError, match="shorter"):
        paired(["a"], [])
