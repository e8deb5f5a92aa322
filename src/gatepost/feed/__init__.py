"""How a Snapshot travels and rests.

Owns: the last good Snapshot on disk.
Refuses to know: where it came from, plugins, nginx.
Neighbours: model below gives the Snapshot; node above keeps and takes it.
"""

from gatepost.feed.last_good import keep, recall

__all__ = ["keep", "recall"]
