import pytest

from gatepost.idp.browser import assets
from gatepost.idp.browser.assets import ASSETS_PATH, asset


@pytest.mark.parametrize("name", sorted(assets._MEDIA))
def test_what_pages_are_made_of_is_served_with_its_type(name: str) -> None:
    answer = asset(ASSETS_PATH + name)
    assert answer is not None
    assert answer.status == 200
    assert answer.body
    assert answer.media_type() == assets._MEDIA[name]
    assert answer.headers.get("x-content-type-options") == "nosniff"
    assert b"http" not in answer.body.replace(b"http://www.w3.org/2000/svg", b"")


@pytest.mark.parametrize("path", ["", "style.css/", "../pages.py", "none.css", "%2e%2e/pages.py"])
def test_nothing_else_is_served(path: str) -> None:
    assert asset(ASSETS_PATH + path) is None
