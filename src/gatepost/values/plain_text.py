"""Texts of strangers where people and programs read lines: in logs, and on a terminal."""

import logging

_LONGEST = 300


def plain(text: str, longest: int = _LONGEST) -> str:
    """Return a text in which nothing ends the line, moves the cursor, colours the screen or turns
    the direction of reading; cut where it is longer than so many characters.
    """
    cut = text if len(text) <= longest else f"{text[:longest]}…"
    if cut.isprintable():
        return cut
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode() for one in cut
    )


class PlainLines(logging.Formatter):
    """Writes records of which each begins a line, and whose further lines are indented: whatever
    a message holds, it cannot look like a record of its own.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of a record."""
        lines = super().format(record).split("\n")
        return "\n    ".join(plain(line, longest=len(line)) for line in lines)
