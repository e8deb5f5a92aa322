"""The pages, one file each (or a few that belong together): each names them as ``PAGES``.

Owns: what stands on a page.
Refuses to know: how a page is framed, who may see it, how the Admin API is reached.
Neighbours: parts, which pages are made of; view, what they are built from.
"""

__all__: list[str] = []
