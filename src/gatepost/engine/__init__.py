"""The engine: from a Snapshot to nginx's configuration and tables, and the thin Lua that runs them.

Owns: the order of routes, the normal form of paths, buckets and tables, upstream slots, nginx.conf,
the wire between engine and authorizer, and the Lua modules of the fast path.
Refuses to know: what a plan means, OAuth, processes and sockets; compiling is pure.
Neighbours: the node compiles, pushes and supervises; the authorizer answers its questions.
"""

from gatepost.engine.compile import Compiled, compile_engine, compile_tables
from gatepost.engine.conf import directories, render
from gatepost.engine.entries import Known
from gatepost.engine.forward import path_to_send
from gatepost.engine.match import Asked, Match, match
from gatepost.engine.paths import normal
from gatepost.engine.plan_spec import PlanSpec
from gatepost.engine.rank import Place, places
from gatepost.engine.settings import EngineSettings, Listener, Zones
from gatepost.engine.slots import Slots
from gatepost.engine.tables import Push, Shelf, Tables
from gatepost.engine.tls import Reveal, self_signed

__all__ = [
    "Asked",
    "Compiled",
    "EngineSettings",
    "Known",
    "Listener",
    "Match",
    "Place",
    "PlanSpec",
    "Push",
    "Reveal",
    "Shelf",
    "Slots",
    "Tables",
    "Zones",
    "compile_engine",
    "compile_tables",
    "directories",
    "match",
    "normal",
    "path_to_send",
    "places",
    "render",
    "self_signed",
]
