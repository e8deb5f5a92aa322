import pytest

from gatepost.engine import path_to_send
from gatepost.model import Route

ID = "00000000-0000-4000-8000-000000000001"


def send(base: str | None, path: str, length: int, *, strip: bool, handling: str) -> str:
    route = Route(id=ID, paths=("/x",), strip_path=strip, path_handling=handling)
    return path_to_send(route, base, path, length)[0]


@pytest.mark.parametrize(
    ("base", "path", "length", "strip", "v0", "v1"),
    [
        ("/s", "/fv/req", 3, False, "/s/fv/req", "/sfv/req"),
        ("/s/", "/fv/req", 3, False, "/s/fv/req", "/s/fv/req"),
        ("/s", "/tv/req", 3, True, "/s/req", "/s/req"),
        ("/s", "/tv", 3, True, "/s", "/s"),
        ("/s", "/tv/", 4, True, "/s/", "/s"),
        ("/s", "/tv/req", 4, True, "/s/req", "/sreq"),
        ("/s/", "/tv/req", 3, True, "/s/req", "/s/req"),
        ("/s/", "/tv", 3, True, "/s", "/s/"),
        (None, "/tv/req", 3, True, "/req", "/req"),
        (None, "/tv", 3, True, "/", "/"),
        (None, "/a", 0, True, "/a", "/a"),
        ("/s", "/", 0, False, "/s", "/s"),
        ("/s", "/re", 0, True, "/s/re", "/sre"),
    ],
)
def test_kongs_path_handling(
    base: str | None, path: str, length: int, strip: bool, v0: str, v1: str
) -> None:
    assert send(base, path, length, strip=strip, handling="v0") == v0
    assert send(base, path, length, strip=strip, handling="v1") == v1


@pytest.mark.parametrize("path", ["/api..", "/api../x", "/api.", "/api..;/x"])
def test_a_prefix_that_ends_inside_a_segment_does_not_climb_out(path: str) -> None:
    with pytest.raises(ValueError, match="ambiguous"):
        send("/s", path, 4, strip=True, handling="v0")


def test_the_prefix_that_was_taken_away_is_told() -> None:
    route = Route(id=ID, paths=("/x",))
    assert path_to_send(route, None, "/x/y", 2) == ("/y", "/x")
    assert path_to_send(route, None, "/x/y", 0) == ("/x/y", "")
