"""Markdown as elements: nothing that somebody wrote ever becomes markup of the page.

HTML in it is text, pictures are links (a page loads nothing from elsewhere), and links lead to web
pages or within the console. What is very long is cut, and says so.
"""

from collections.abc import Callable
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from nicegui import ui

from gatepost.console.parts.bits import Text, text

LONGEST = 100_000
"""Characters that are read."""
MOST = 4_000
"""Elements that are drawn."""

_READER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_PLAIN = {
    "paragraph": "p",
    "strong": "strong",
    "em": "em",
    "s": "s",
    "bullet_list": "ul",
    "list_item": "li",
    "blockquote": "blockquote",
    "table": "table",
    "thead": "thead",
    "tbody": "tbody",
    "tr": "tr",
    "td": "td",
    "hr": "hr",
    "hardbreak": "br",
}


def read(source: str) -> SyntaxTreeNode:
    """Return what a document says. It takes up to a second for one that means harm."""
    return SyntaxTreeNode(_READER.parse(source[:LONGEST]))


def markdown(source: str | SyntaxTreeNode, *, level: int = 3) -> ui.element:
    """Show a document. level: of its highest headings on this page."""
    node = read(source) if isinstance(source, str) else source
    made = ui.element("div").classes("gp-markdown")
    with made:
        drawing = _Drawing(level)
        drawing.all(node)
        if drawing.left <= 0 or (isinstance(source, str) and len(source) > LONGEST):
            text("The rest of this long document is not shown here.", "quiet", tag="p")
    return made


class _Drawing:
    """left: elements that may still be made."""

    def __init__(self, level: int) -> None:
        self.left = MOST
        self._level = level

    def all(self, node: SyntaxTreeNode) -> None:
        for child in node.children or ():
            if self.left <= 0:
                return
            self._one(child)

    def _one(self, node: SyntaxTreeNode) -> None:
        self.left -= 1
        match node.type:
            case "inline":
                self.all(node)
            case "text":
                Text(node.content)
            case "softbreak":
                Text(" ")
            case "code_inline":
                Text(node.content, "code").classes("gp-mono")
            case "fence" | "code_block":
                with ui.element("pre").props('tabindex="0"'):
                    Text(node.content, "code").classes("gp-mono")
            case "heading":
                level = min(6, int(node.tag[1:]) + self._level - 1)
                self._around(f"h{level}", node)
            case "ordered_list":
                made = self._around("ol", node)
                made.props["start"] = str(node.attrs.get("start", 1))
            case "th":
                self._around("th", node).props["scope"] = "col"
            case "link":
                self._link(node, str(node.attrs.get("href", "")), lambda: self.all(node))
            case "image":
                words = "".join(one.content for one in node.children or ()) or "picture"
                self._link(node, str(node.attrs.get("src", "")), lambda: Text(words))
            case kind if kind in _PLAIN:
                self._around(_PLAIN[kind], node)
            case _:
                Text(node.content)

    def _around(self, tag: str, node: SyntaxTreeNode) -> ui.element:
        made = ui.element(tag)
        if tag == "table":
            made.classes("gp-table")
        with made:
            self.all(node)
        return made

    def _link(self, node: SyntaxTreeNode, target: str, draw: Callable[[], Any]) -> None:
        inside = target.startswith(("/", "#")) and not target.startswith(("//", "/\\"))
        if not (inside or target.startswith(("http://", "https://", "mailto:"))):
            draw()
            return
        made = ui.element("a").classes("gp-link")
        made.props["href"] = target
        if not inside:
            made.props["rel"] = "noopener noreferrer nofollow"
            made.props["target"] = "_blank"
        with made:
            draw()
