"""What the page of the latest traces is made of: its filters, its table, and what they show.

Owns: which traces are asked for and when, and how rows come and go.
Refuses to know: the story of one decision.
Neighbours: parts and telling below; pages above.
"""

from gatepost.console.traces.filters import Filters
from gatepost.console.traces.latest import Found, Latest
from gatepost.console.traces.rows import TraceRows

__all__ = ["Filters", "Found", "Latest", "TraceRows"]
