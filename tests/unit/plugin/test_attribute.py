import pytest

from gatepost.plugin import Attribute, bit, cookie, header, query


@pytest.mark.parametrize(
    "text",
    [
        "header:authorization",
        "headers:accept",
        "query:access token",
        "queries:q",
        "cookie:session",
        "cookies:c",
        "connection:client-certificate",
        "method",
        "bit:body",
        "bit:method:GET,POST",
        "bit:path-suffix:/logout",
        "bit:query:code",
    ],
)
def test_an_attribute_is_read_as_it_is_written(text: str) -> None:
    assert str(Attribute.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "header",
        "header:",
        "header:Authorization",
        "header:a b",
        "query",
        "connection:path",
        "method:GET",
        "bit",
        "bit:body:x",
        "bit:method",
        "bit:nothing",
        "path",
    ],
)
def test_what_the_engine_cannot_extract_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no such key attribute"):
        Attribute.parse(text)


def test_the_short_forms() -> None:
    found = [header("Authorization"), query("q"), cookie("c"), bit("body"), bit("query", "x")]
    assert [str(one) for one in found] == [
        "header:authorization",
        "query:q",
        "cookie:c",
        "bit:body",
        "bit:query:x",
    ]
