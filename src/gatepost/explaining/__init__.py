"""One request judged as a node would judge it, told as plain values with secrets masked.

Owns: how a described request is matched and judged outside of a node, and what is supposed of it:
that its token said something else, that a plugin were configured otherwise. Nothing is sent
upstream, written or spent; providers are asked.
Refuses to know: where a configuration comes from, who asks, how the story is shown.
Neighbours: plugin, engine and outside below; ``gatepost explain`` and the Admin API above.
"""

from gatepost.explaining.described import Described, malformed
from gatepost.explaining.explanation import explain
from gatepost.explaining.ground import Ground
from gatepost.explaining.lone_plan import LonePlan, lone_plan
from gatepost.explaining.supposed import Supposed

__all__ = [
    "Described",
    "Ground",
    "LonePlan",
    "Supposed",
    "explain",
    "lone_plan",
    "malformed",
]
