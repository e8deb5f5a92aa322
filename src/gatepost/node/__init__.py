"""The data plane's agent: a node from a file or of a control plane, its processes, its status API.

Owns: following the file or the control plane; who the node is to that; binding, compiling and
pushing in order; supervising nginx and the authorizers; names; the durable log of revocations; the
status API.
Refuses to know: policies, what a decision is, argv and the environment (it is given both).
Neighbours: store, feed and engine below; authorizer beside it, a stranger that it starts as a
process; cli above.
"""

from gatepost.node.running import run_node
from gatepost.node.settings import NodeSettings

__all__ = ["NodeSettings", "run_node"]
