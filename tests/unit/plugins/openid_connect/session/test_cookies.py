import itertools

import pytest

from gatepost.plugin.extract import HttpRequest, extract
from gatepost.plugin.request import Request
from gatepost.plugins.openid_connect.session.cookies import PART, PARTS, Jar, TooLarge, as_headers
from gatepost.values import Headers

JAR = Jar("session")


def request(*cookies: tuple[str, str]) -> Request:
    line = "; ".join(f"{name}={value}" for name, value in cookies)
    http = HttpRequest(headers=Headers([("Cookie", line)] if line else []))
    keyed = extract(JAR.attributes, http)
    assert isinstance(keyed, dict)
    return Request(keyed, http.context())


def brought(lines: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the cookies that a browser keeps of these lines."""
    pairs = [line.partition(";")[0].partition("=") for line in lines if "Max-Age=0" not in line]
    return [(name, value) for name, _, value in pairs]


@pytest.mark.parametrize("length", [0, 1, PART - 1, PART, PART + 1, 2 * PART, PARTS * PART])
def test_a_value_of_any_length_that_fits_comes_back_whole(length: int) -> None:
    text = "".join(itertools.islice(itertools.cycle("abcdefghij"), length))
    lines = JAR.write(text, scheme="https")
    assert all(len(line) < 4096 for line in lines)
    assert list(JAR.texts(request(*brought(lines)))) == [text]


def test_what_does_not_fit_is_refused_and_not_cut() -> None:
    with pytest.raises(TooLarge):
        JAR.write("x" * (PARTS * PART + 1), scheme="https")


def test_a_shorter_value_deletes_the_parts_that_are_left_over() -> None:
    old = [name for name, _ in brought(JAR.write("x" * 3 * PART, scheme="http"))]
    lines = JAR.write("short", scheme="http", old=old)
    gone = [line.partition("=")[0] for line in lines if "Max-Age=0" in line]
    assert gone == ["session2", "session3"]


def test_a_part_that_is_missing_or_foreign_never_passes_for_the_whole() -> None:
    cookies = brought(JAR.write("a" * PART + "b" * PART, scheme="http"))
    assert list(JAR.texts(request(cookies[0]))) == []
    assert list(JAR.texts(request(cookies[1]))) == []
    for first in ("", "0abc", "9abc", "xabc", "5" + "a" * 10, "²abc", "٢abc", "2"):
        found = list(JAR.texts(request(("session", first), cookies[1])))
        assert found == ([] if first != "2" else [cookies[1][1]]), "it is sealed as a whole"


def test_doubled_cookies_are_all_tried_up_to_a_bound() -> None:
    found = list(JAR.texts(request(("session", "1tossed"), ("session", "1ours"))))
    assert found == ["tossed", "ours"]
    flood = [("session", f"2{n}") for n in range(50)] + [("session2", str(n)) for n in range(50)]
    assert len(list(JAR.texts(request(*flood)))) <= 64


@pytest.mark.parametrize(
    ("jar", "scheme", "attributes"),
    [
        (Jar("s"), "https", "; Path=/; SameSite=Lax; Secure; HttpOnly"),
        (Jar("s"), "http", "; Path=/; SameSite=Lax; HttpOnly"),
        (Jar("s", secure=True), "http", "; Path=/; SameSite=Lax; Secure; HttpOnly"),
        (Jar("s", secure=False), "https", "; Path=/; SameSite=Lax; HttpOnly"),
        (
            Jar("s", path="/a", domain="b.example", same_site="Strict", http_only=False),
            "http",
            "; Path=/a; Domain=b.example; SameSite=Strict",
        ),
        (Jar("s", same_site="Default"), "http", "; Path=/; HttpOnly"),
    ],
)
def test_attributes_are_as_configured(jar: Jar, scheme: str, attributes: str) -> None:
    assert jar.write("v", scheme=scheme) == (f"s=1v{attributes}",)


def test_an_age_keeps_a_cookie_and_deleting_ends_it() -> None:
    (line,) = JAR.write("v", scheme="http", age=61.9)
    assert "; Max-Age=61;" in line
    (line,) = JAR.delete(["session"], scheme="http")
    assert line.startswith("session=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT")


def test_lines_become_header_fields_one_each() -> None:
    assert as_headers(["a=1", "b=2"]) == (("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))
