import pytest

from gatepost.console import page
from gatepost.console.page import GROUPS, found


def test_every_page_is_found_in_the_order_of_the_navigation() -> None:
    pages = found()
    assert pages[0].path == "/"
    assert [GROUPS.index(one.group) for one in pages] == sorted(
        GROUPS.index(one.group) for one in pages
    )
    paths = {one.path for one in pages}
    assert all(one.within in paths for one in pages if one.within)


def test_a_heading_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "GROUPS", ("nothing",))
    with pytest.raises(ValueError, match="heading"):
        found()
