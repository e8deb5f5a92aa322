"""Requests that were tried, as files of tools that others use: saved, opened again, shared.

Owns: what a collection is, Insomnia's export (version 4) and Postman's collection (version 2.1).
Refuses to know: pages, the Admin API, where a file comes from or goes to.
Neighbours: trying above, which saves and opens.
"""

from gatepost.console.collection.reading import NotOurs, read
from gatepost.console.collection.saved import Collection, Order, Saved, Way
from gatepost.console.collection.variables import SECRET_HEADERS, Variables

__all__ = ["SECRET_HEADERS", "Collection", "NotOurs", "Order", "Saved", "Variables", "Way", "read"]
