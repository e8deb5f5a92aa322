"""What people write about their services: titles, Markdown, and how long these may be."""

import re
from typing import Annotated

from pydantic import AfterValidator, StrictStr

LONGEST = 1024 * 1024
"""Bytes of one document."""

_TITLE = 250
_LINE = 10_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_BINARY = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _title(text: str) -> str:
    if not text or text != text.strip():
        raise ValueError("must not be empty, nor begin or end with spaces")
    if len(text) > _TITLE:
        raise ValueError(f"must not be longer than {_TITLE} characters")
    if _CONTROL.search(text):
        raise ValueError("must not hold control characters")
    return text


def _line(text: str) -> str:
    if len(text) > _LINE:
        raise ValueError(f"must not be longer than {_LINE} characters; write more in 'document'")
    return written(text)


def written(text: str) -> str:
    """Return a text as it is; ValueError when it is longer than a document, or no text."""
    if len(text) > LONGEST or len(text.encode("utf-8", "surrogatepass")) > LONGEST:
        raise ValueError("must not be longer than 1 MiB")
    if _BINARY.search(text):
        raise ValueError("must not hold control characters other than tabs and ends of lines")
    return text


Title = Annotated[StrictStr, AfterValidator(_title)]
Description = Annotated[StrictStr, AfterValidator(_line)]
Document = Annotated[StrictStr, AfterValidator(written)]
