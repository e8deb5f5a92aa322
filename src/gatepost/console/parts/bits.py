"""Small parts: texts, headings, cards, badges. Whatever text they are given is shown as text."""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement

TONES = ("good", "bad", "warn", "quiet", "plain")
LONGEST = 2000
"""Characters of one text on a page; what is longer says so."""


class Text(TextElement):
    """A text in an element of any tag; markup in it is text too."""

    def __init__(self, words: str, tag: str = "span") -> None:
        super().__init__(tag=tag, text=words)


def text(words: Any, kind: str = "", *, tag: str = "span") -> Text:
    """Show a text. kind: CSS classes, such as ``quiet``, ``mono``, ``clip``."""
    shown = str(words)
    if len(shown) > LONGEST:
        shown = f"{shown[:LONGEST]}… ({len(shown):,} characters)"
    made = Text(shown, tag)
    if kind:
        made.classes(f"gp-{' gp-'.join(kind.split())}")
    # names come from anywhere: one that is written right to left must not turn what stands beside
    # it
    made.props["dir"] = "auto"
    return made


def heading(words: str, level: int = 1) -> Text:
    """Show a heading; a page has one of level 1."""
    return text(words, f"h{level}", tag=f"h{level}")


def prose(words: str) -> Text:
    """Show a paragraph of explanation."""
    return text(words, "prose", tag="p")


def badge(words: str, tone: str = "plain") -> Text:
    """Show a state in a word. tone: one of TONES; the word says it too, colours are not enough."""
    return text(words, f"badge {tone}")


def link(words: Any, target: str, kind: str = "") -> ui.element:
    """Show a link to a page of the console."""
    if not target.startswith(("/", "http://", "https://", "#")):
        return text(words, kind)  # javascript: and its like lead nowhere
    made = ui.element("a").classes("gp-link")
    made.props["href"] = target
    with made:
        text(words, kind)
    return made


@contextlib.contextmanager
def card(title: str | None = None, *, level: int = 2, kind: str = "") -> Iterator[ui.element]:
    """Put what follows on a card."""
    made = ui.element("section").classes(f"gp-card {kind}")
    with made:
        if title:
            heading(title, level)
        yield made


@contextlib.contextmanager
def section(title: str, *, level: int = 2) -> Iterator[ui.element]:
    """Put what follows under a heading."""
    made = ui.element("section").classes("gp-section")
    with made:
        heading(title, level)
        yield made


@contextlib.contextmanager
def row(kind: str = "") -> Iterator[ui.element]:
    """Put what follows side by side; below one another where there is no room."""
    made = ui.element("div").classes(f"gp-row {kind}")
    with made:
        yield made


@contextlib.contextmanager
def toolbar(title: str, below: str | None = None) -> Iterator[ui.element]:
    """The top of a page: its heading, a line about it, and what follows as its actions."""
    with ui.element("header").classes("gp-top"):
        with ui.element("div").classes("gp-top-words"):
            heading(title)
            if below:
                text(below, "quiet", tag="p")
        made = ui.element("div").classes("gp-top-actions")
        with made:
            yield made


def facts(pairs: Sequence[tuple[str, Any]]) -> ui.element:
    """Show names and what they stand for; a callable draws its own."""
    made = ui.element("dl").classes("gp-facts")
    with made:
        for name, value in pairs:
            text(name, tag="dt")
            with ui.element("dd"):
                if callable(value):
                    value()
                else:
                    text("\N{EN DASH}" if value is None or value == "" else value)
    return made


@contextlib.contextmanager
def empty(title: str, words: str, *, icon: str = "inbox") -> Iterator[ui.element]:
    """Say that there is nothing yet, what would be here, and (what follows) how to begin."""
    made = ui.element("div").classes("gp-empty")
    with made:
        ui.icon(icon).props('aria-hidden="true"')
        heading(title, 2)
        prose(words)
        with row("gp-centre"):
            yield made


def copied(words: str, *, label: str = "Copy", hide: bool = False) -> None:
    """Show a text to be copied, with a button that does it. hide: only its beginning is shown."""
    with ui.element("div").classes("gp-copy"):
        made = text(f"{words[:12]}…" if hide else words, "mono copytext", tag="code")
        made.props["tabindex"] = "0"
        button = (
            ui.button(icon="content_copy", color=None).props("flat dense").classes("gp-icon-button")
        )
        button.props["aria-label"] = label
        button.props["data-copy"] = words
        button.on("click", js_handler="(event) => gatepost.copy(event.currentTarget)")
