import pytest

from gatepost.console.collection.told import a_text, an_object, objects, split


def test_what_is_of_another_kind_is_nothing() -> None:
    assert (an_object([]), an_object({"a": 1})) == ({}, {"a": 1})
    assert (objects({}), objects([1, {}, None])) == ([], [{}])
    assert (a_text(7), a_text("a"), a_text("\ud800")) == ("", "a", "?")


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("http://a:1/b?c", ("http://a:1", "/b?c")),
        ("http://a", ("http://a", "/")),
        ("http://a?b", ("http://a", "/?b")),
        ("a/b", ("", "/a/b")),
    ],
)
def test_a_url_is_split_before_its_path(url: str, parts: tuple[str, str]) -> None:
    assert split(url) == parts
