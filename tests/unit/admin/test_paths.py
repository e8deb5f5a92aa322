import pytest

from gatepost.admin.paths import Paths, read_path
from gatepost.admin.problem import Refused


def tree() -> Paths[str]:
    paths: Paths[str] = Paths()
    paths.add("/", {"GET": "root"})
    paths.add("/plugins", {"GET": "all", "POST": "add"})
    paths.add("/plugins/{plugins}", {"GET": "one", "DELETE": "gone"})
    paths.add("/plugins/enabled", {"GET": "enabled"})
    paths.add("/plugins/{plugins}/route", {"GET": "route"})
    return paths


def test_a_word_goes_before_a_name() -> None:
    paths = tree()
    for path, template, names in (
        ([], "/", []),
        (["plugins"], "/plugins", []),
        (["plugins", "enabled"], "/plugins/enabled", []),
        (["plugins", "x"], "/plugins/{plugins}", ["x"]),
        (["plugins", "enabled", "route"], "/plugins/{plugins}/route", ["enabled"]),
    ):
        found = paths.find(path)
        assert found is not None
        assert (found[0].template, found[1]) == (template, names)
    for path in (["x"], ["plugins", "x", "y"], ["plugins", "x", "route", "z"]):
        assert paths.find(path) is None


def test_methods_are_added_to_a_path_or_step_into_their_place() -> None:
    paths = tree()
    paths.add("/plugins/{plugins}", {"GET": "other", "PUT": "put"})
    found = paths.find(["plugins", "x"])
    assert found is not None
    assert found[0].methods == {"GET": "other", "DELETE": "gone", "PUT": "put"}
    assert found[0].allowed == ("GET", "HEAD", "OPTIONS", "PUT", "DELETE")
    assert [one.template for one in paths.all()][:2] == ["/", "/plugins"]


@pytest.mark.parametrize(
    ("raw", "segments"),
    [
        (b"/", []),
        (b"/services", ["services"]),
        (b"/services/", ["services"]),
        (b"/services/a%2Fb?x=/y", ["services", "a/b"]),
        (b"/services/%C3%A4", ["services", "ä"]),
        (b"//services", ["", "services"]),
    ],
)
def test_a_path_is_split_before_it_is_decoded(raw: bytes, segments: list[str]) -> None:
    assert read_path(raw) == segments


@pytest.mark.parametrize("raw", [b"/%ff", b"/%00", b"/a%ed%a0%80"])
def test_a_path_that_is_no_text_is_refused(raw: bytes) -> None:
    with pytest.raises(Refused):
        read_path(raw)
