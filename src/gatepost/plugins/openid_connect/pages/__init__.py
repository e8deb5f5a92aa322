"""Pages for people: what went wrong, in words, with a code and the id of the request.

Owns: how a page looks, and which headers keep it harmless.
Refuses to know: why there is one.
Neighbours: ``plugin`` below; the rest of this plugin above.
"""

from gatepost.plugins.openid_connect.pages.page import Page, render

__all__ = ["Page", "render"]
