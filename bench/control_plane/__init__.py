"""``python -m bench.control_plane``: a control plane with many routes and many nodes.

Owns: what an operator waits for (apply, a change, a restart) and what it costs, on one machine.
Refuses to know: the inside of Gatepost; but for the crowd of nodes, which speaks the feed by its
own client code, everything goes through commands and the Admin API.
"""
