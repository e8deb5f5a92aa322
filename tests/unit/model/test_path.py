import pytest

from gatepost.model.path import check_regex, normal_path, plain_path, route_path


@pytest.mark.parametrize(
    ("path", "normal"),
    [
        ("/", "/"),
        ("/a/b", "/a/b"),
        ("//a///b//", "/a/b/"),
        ("/a/./b/../c", "/a/c"),
        ("/a/..", "/"),
        ("/a/.", "/a/"),
        ("/../../a", "/a"),
        ("/%61%2f%2e%2e/x", "/a%2F../x"),
        ("/%2e%2e/x", "/x"),
        ("/a//../b", "/b"),
        ("/...", "/..."),
    ],
)
def test_a_path_has_one_normal_form(path: str, normal: str) -> None:
    assert normal_path(path) == normal
    assert normal_path(normal) == normal


@pytest.mark.parametrize("path", ["/", "/a", "/a/", "/a%2Fb", "/a:b@c!$&'()*+,;=~-_.x"])
def test_a_plain_path_is_kept(path: str) -> None:
    assert plain_path(path) == path


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", "should start with: /"),
        ("a", "should start with: /"),
        ("/a b", "percent-encode"),
        ("/\u00fc", "percent-encode"),
        ("/a?b", "percent-encode"),
        ("/a\n", "percent-encode"),
        ("/a%2", "two hexadecimal digits"),
        ("/a%zz", "two hexadecimal digits"),
        ("/a//b", "use '/a/b' instead"),
        ("/a/../b", "use '/b' instead"),
        ("/%41", "use '/A' instead"),
        ("/a%2fb", "use '/a%2Fb' instead"),
        ("/" + "a" * 9000, "longer than"),
    ],
)
def test_a_plain_path_that_could_never_match_is_refused(path: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        plain_path(path)


@pytest.mark.parametrize(
    "regex",
    [
        r"/users/(?<id>\d+)$", r"/(?P<id>[^/]+)", r"/a|/b", r"/(?i)x", r"/x\z", r"/[[:alpha:]]+",
        r"/\p{L}+", r"/\x{41}", r"/a++", r"/(?>a+)b", r"/\Qa(b\E", r"/\h*", r"/(?<=/)x", r"/\/x",
        r"/\R\K", r"/(?<a>x)\k{a}", r"/\-\.",
    ],
)  # fmt: skip
def test_what_pcre_reads_is_let_through(regex: str) -> None:
    check_regex(regex)


@pytest.mark.parametrize("regex", ["/(", "/[a", "/a{2,1}", "/*+?", "/(?<a", "/)", "/x" * 5000])
def test_what_is_no_regular_expression_is_refused(regex: str) -> None:
    with pytest.raises(ValueError, match=r"invalid regex|longer than"):
        check_regex(regex)


def test_a_route_path_is_plain_or_a_regex_after_a_tilde() -> None:
    assert route_path("/a") == "/a"
    assert route_path(r"~/a/\d+$") == r"~/a/\d+$"
    with pytest.raises(ValueError, match="~/ "):
        route_path("~a")


def test_a_regex_without_its_tilde_is_told_about_it() -> None:
    with pytest.raises(ValueError, match=r"starts with '~', as in '~/a/\\d\+'"):
        route_path(r"/a/\d+")
