"""Decisions told in words: traces of the Admin API and stories of ``gatepost explain`` alike.

Owns: what is said of a decision, its steps, its memory and what it read; all of it pure.
Refuses to know: pages, NiceGUI, and how to come by a trace.
Neighbours: reasons beside it; parts and pages above.
"""

from gatepost.console.telling.lines import Diagram, Line, diagram
from gatepost.console.telling.rest import (
    edit_words,
    memory_words,
    read_words,
    tag_target,
    tag_words,
    why_not,
)
from gatepost.console.telling.told import Named, Told
from gatepost.console.telling.told import read as read_told
from gatepost.console.telling.verdict import Verdict, found_in, spent, took, verdict

__all__ = [
    "Diagram",
    "Line",
    "Named",
    "Told",
    "Verdict",
    "diagram",
    "edit_words",
    "found_in",
    "memory_words",
    "read_told",
    "read_words",
    "spent",
    "tag_target",
    "tag_words",
    "took",
    "verdict",
    "why_not",
]
