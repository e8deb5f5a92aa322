import pytest

from gatepost.console.parts.bits import (
    LONGEST,
    badge,
    card,
    copied,
    empty,
    facts,
    heading,
    link,
    prose,
    row,
    section,
    text,
    toolbar,
)
from tests.unit.console.shown import shown

pytestmark = pytest.mark.anyio
HOSTILE = '<script>alert(1)</script>\u202e\x1b[31m"'


async def test_whatever_a_text_holds_is_text() -> None:
    async with shown(
        lambda: (text(HOSTILE), heading(HOSTILE), badge(HOSTILE), prose(HOSTILE))
    ) as user:
        await user.should_see(HOSTILE)
        for one in user.find(HOSTILE).elements:
            assert one.props["dir"] == "auto"
            assert "innerHTML" not in one.props


async def test_a_text_that_is_too_long_says_how_long_it_is() -> None:
    async with shown(lambda: text("x" * 10_000)) as user:
        await user.should_see("x" * LONGEST + "… (10,000 characters)")


@pytest.mark.parametrize(
    "target", ["javascript:alert(1)", "data:text/html,x", "//evil", "JAVASCRIPT:x"]
)
async def test_a_link_leads_to_pages_only(target: str) -> None:
    async with shown(lambda: link("go", target)) as user:
        (made,) = user.find("go").elements
        assert made.tag == "span"
        assert "href" not in made.props


async def test_a_link_to_a_page_is_a_link() -> None:
    async with shown(lambda: link("go", '/a?x="y')) as user:
        (made,) = user.find("go").elements
        parent = made.parent_slot.parent
        assert parent.tag == "a"
        assert parent.props["href"] == '/a?x="y'


async def test_what_is_copied_stands_in_the_button_and_hidden_is_only_its_look() -> None:
    async with shown(lambda: copied("gpn_0123456789abcdef", hide=True)) as user:
        await user.should_see("gpn_01234567…")
        await user.should_not_see("gpn_0123456789abcdef")


async def test_the_rest_is_drawn_with_its_words() -> None:
    def draw() -> None:
        with toolbar("Routes", "all of them"), row():
            text("in the bar")
        with card("A card"), section("A section"):
            facts([("name", "value"), ("none", None), ("drawn", lambda: text("by hand"))])
        with empty("Nothing yet", "Make one."):
            text("how")

    async with shown(draw) as user:
        for words in ("Routes", "all of them", "in the bar", "A card", "A section", "value",
                      "\N{EN DASH}", "by hand", "Nothing yet", "Make one.", "how"):  # fmt: skip
            await user.should_see(words)
