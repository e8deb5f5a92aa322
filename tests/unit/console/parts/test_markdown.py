import time
from typing import Any

import pytest

from gatepost.console.parts.markdown import LONGEST, MOST, markdown, read
from tests.unit.console.shown import User, shown

pytestmark = pytest.mark.anyio
DOCUMENT = """# Title
Some *soft*, **strong**, ~~gone~~ `code`.

1. one
2. two

- x

> said

| a | b |
|---|---|
| 1 | <i>2</i> |

```sh
curl <b>x</b>
```
***
"""


def tags(user: User) -> list[str]:
    assert user.client
    return [one.tag for one in user.client.elements.values()]


def links(user: User) -> dict[str, str]:
    assert user.client
    found = [one for one in user.client.elements.values() if one.tag == "a"]
    return {str(one.props["href"]): "".join(c.text for c in one.descendants()) for one in found}  # type: ignore[attr-defined]


async def test_a_document_becomes_elements_below_the_page_s_own_headings() -> None:
    async with shown(lambda: markdown(DOCUMENT)) as user:
        seen = tags(user)
        wanted = ("h3", "em", "strong", "s", "code", "ol", "ul", "blockquote", "table", "th", "pre")
        for tag in (*wanted, "hr"):
            assert tag in seen, tag
        assert "h1" not in seen
        await user.should_see("curl <b>x</b>")
        await user.should_see("<i>2</i>")


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "a <b onclick=x>b</b>",
        "<iframe src='javascript:alert(1)'></iframe>",
        "&lt;script&gt;",
        "\u202e<svg/onload=alert(1)>\x1b[31m",
    ],
)
async def test_markup_in_it_is_text(source: str) -> None:
    async with shown(lambda: markdown(source)) as user:
        assert user.client
        (made,) = [e for e in user.client.elements.values() if "gp-markdown" in e.classes]
        assert {one.tag for one in made.descendants()} <= {"p", "span"}
        assert not [one for one in made.descendants() if "innerHTML" in one.props]


async def test_links_lead_to_pages_and_pictures_are_not_loaded() -> None:
    source = (
        "[a](https://e.com) [b](/services) [c](javascript:alert%281%29) [d](//evil.example) "
        "![pic](https://e.com/x.png) [e](data:text/html,x) [f](mailto:a@b.c) [g](/\\evil) "
        "[h](JaVaScRiPt:alert%281%29) [i](vbscript:x)"
    )
    async with shown(lambda: markdown(source)) as user:
        assert set(links(user)) == {
            "https://e.com", "/services", "https://e.com/x.png", "mailto:a@b.c", "/%5Cevil"
        }  # fmt: skip
        assert "img" not in tags(user)
        for one in ("c", "d", "h"):
            await user.should_see(one)


async def test_a_very_long_document_is_cut_and_says_so() -> None:
    async with shown(lambda: markdown("word\n\n" * (MOST + 1))) as user:
        await user.should_see("The rest of this long document is not shown here.")
        assert len(tags(user)) < 2 * MOST
    async with shown(lambda: markdown("x" * (LONGEST + 1))) as user:
        await user.should_see("The rest of this long document is not shown here.")


@pytest.mark.parametrize("hostile", ["> ", "*a ", "[a](b ", "`", "- ", "![[", "_a__"], ids=repr)
def test_what_means_harm_takes_no_long_time(hostile: Any) -> None:
    began = time.monotonic()
    read(hostile * 100_000)
    assert time.monotonic() - began < 10
