"""How a Snapshot travels and rests.

Owns: the cluster's authority and its certificates, enrolment, the feed between control plane and
nodes from both of its sides; the last good Snapshot on disk.
Refuses to know: where a Snapshot came from, who keeps things and how, plugins, nginx.
Neighbours: model and plugin below give the Snapshot and the Revocation; admin above keeps what the
listener needs (``feed.needs``); node above follows and takes.
"""

from gatepost.feed.last_good import keep, recall

__all__ = ["keep", "recall"]
