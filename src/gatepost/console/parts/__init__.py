"""What pages are made of: texts, tables, forms, questions, things that load and refresh themselves.

Owns: how these look and behave, for eyes, keyboards and screen readers.
Refuses to know: any entity or path of the Admin API.
Neighbours: view below; pages above.
"""

from gatepost.console.parts.asking import Consequence, confirm
from gatepost.console.parts.bits import (
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
from gatepost.console.parts.buttons import action, go_button, icon_button, only_for, primary
from gatepost.console.parts.form import Field, Form, at, nested
from gatepost.console.parts.listing import Column, listing
from gatepost.console.parts.live import Live, live
from gatepost.console.parts.moments import ago, bytes_of, duration, moment, until
from gatepost.console.parts.undo import offer_undo

__all__ = [
    "Column",
    "Consequence",
    "Field",
    "Form",
    "Live",
    "action",
    "ago",
    "at",
    "badge",
    "bytes_of",
    "card",
    "confirm",
    "copied",
    "duration",
    "empty",
    "facts",
    "go_button",
    "heading",
    "icon_button",
    "link",
    "listing",
    "live",
    "moment",
    "nested",
    "offer_undo",
    "only_for",
    "primary",
    "prose",
    "row",
    "section",
    "text",
    "toolbar",
    "until",
]
