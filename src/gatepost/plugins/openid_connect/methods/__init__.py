"""The methods of authentication that are at work, one a file.

Owns: finding a credential of one kind and judging it.
Refuses to know: what a proven caller may do, what the upstream is told.
Neighbours: the shared parts of this plugin beside it.
"""

__all__: list[str] = []
