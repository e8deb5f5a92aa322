"""What a process keeps on its own disk: a directory that is its alone, files that are whole, keys.

Owns: claiming a directory, writing atomically and synced, secrets that are made once.
Refuses to know: what is kept, for whom, and what the files are called.
Neighbours: values below; model and oidc beside it, strangers; feed, store, node and admin above.
"""

from gatepost.disk.claimed import claimed, private
from gatepost.disk.kept import kept_key
from gatepost.disk.whole import write_atomically

__all__ = ["claimed", "kept_key", "private", "write_atomically"]
