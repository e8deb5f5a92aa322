import pytest

from gatepost.console.parts.diagram import columns, draw_diagram
from gatepost.console.telling import diagram, read_told
from tests.unit.console.shown import shown
from tests.unit.console.telling.stories import HOSTILE, story, trace

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("source", "target", "many", "found"),
    [
        (0, 1, 2, (2, 4)),
        (1, 0, 2, (2, 4)),
        (1, 3, 4, (4, 8)),
        (1, 1, 2, (3, 5)),
        (1, 1, 4, (2, 6)),
        (1, 1, 3, (2, 6)),
    ],
)
def test_an_arrow_goes_from_middle_to_middle(
    source: int, target: int, many: int, found: tuple[int, int]
) -> None:
    assert columns(source, target, many) == found
    assert 1 <= found[0] < found[1] <= 2 * many + 1


async def test_it_is_an_ordered_list_that_says_whose_each_line_is() -> None:
    async with shown(lambda: draw_diagram(diagram(read_told(story("accepted"))))) as user:
        (lines,) = [one for one in user.client.elements.values() if one.tag == "ol"]
        items = lines.default_slot.children
        assert [one.tag for one in items] == ["li"] * 8
        await user.should_see("Gateway to Identity provider:")
        await user.should_see("What are your addresses? (discovery)")
        hidden = [one for one in user.client.elements.values() if "gp-seq-arrow" in one.classes]
        assert len(hidden) == 7
        assert all(one.props["aria-hidden"] == "true" for one in hidden)


async def test_what_comes_from_traffic_is_text_and_never_a_style() -> None:
    made = trace("no token", path=HOSTILE, message=HOSTILE, host=HOSTILE)
    made["steps"][0] |= {"what": HOSTILE}
    async with shown(lambda: draw_diagram(diagram(read_told(made)))) as user:
        await user.should_see(HOSTILE)
        for one in user.client.elements.values():
            assert "innerHTML" not in one.props
            assert "<script" not in str(dict(one.style))
