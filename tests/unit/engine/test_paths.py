import pytest

from gatepost.engine.paths import ESCAPES, SEGMENTS, normal


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("", "/"),
        ("/", "/"),
        ("//", "/"),
        ("/a", "/a"),
        ("/a/", "/a/"),
        ("/a//b", "/a/b"),
        ("/a/./b", "/a/b"),
        ("/a/../b", "/b"),
        ("/a/b/..", "/a/"),
        ("/a/.", "/a/"),
        ("/a/..", "/"),
        ("/%61%2d%7e", "/a-~"),
        ("/%2f%c3%a9", "/%2F%C3%A9"),
        ("/%252e%252e/x", "/%252e%252e/x"),
        ("/\u00e9|{}", "/%C3%A9%7C%7B%7D"),
        ("/a;x=1/b", "/a;x=1/b"),
        ("/...", "/..."),
        ("/a..", "/a.."),
        ("/!$&'()*+,-.:=@_~", "/!$&'()*+,-.:=@_~"),
    ],
)
def test_a_path_has_one_normal_form(raw: str, wanted: str) -> None:
    assert normal(raw) == wanted
    assert normal(wanted) == wanted


@pytest.mark.parametrize(
    "raw",
    [
        "a",
        "*",
        "/a#b",
        "/a b",
        "/a\tb",
        "/a\x7f",
        "/a\\b",
        "/a%5cb",
        "/a%00",
        "/%",
        "/%4",
        "/%zz",
        "/%u002e",
        "/..",
        "/../a",
        "/a/../../b",
        "/a/..;/b",
        "/a/..;x=1",
        "/a/.;/b",
        "/a/..%3b/b",
        "/a%2f../b",
        "/a/..%2fb",
        "/a%2F..%2Fb",
        "/a%2f..",
        "/a%2f.%2fb",
        "/a/%2e%2e%2fb",
    ],
)
def test_what_upstreams_read_in_two_ways_is_refused(raw: str) -> None:
    with pytest.raises(ValueError, match="path"):
        normal(raw)


def test_bytes_beyond_ascii_are_escaped_one_by_one() -> None:
    assert normal(b"/\xff") == "/%FF"


def test_a_path_is_no_longer_than_it_may_cost() -> None:
    longest = "/a" * SEGMENTS
    assert normal(longest) == longest
    assert normal("/" * 9000) == "/"
    with pytest.raises(ValueError, match="256 segments"):
        normal(longest + "/.")
    with pytest.raises(ValueError, match="1024 percent-encoded"):
        normal("/" + "%41" * (ESCAPES + 1))
    with pytest.raises(ValueError, match="1024 percent-encoded"):
        normal(b"/" + b"\xff%ff" * (ESCAPES // 2) + b"\xff")
