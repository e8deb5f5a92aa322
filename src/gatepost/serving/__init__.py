"""Serving HTTP in a process of ours: a socket, and uvicorn on it.

Owns: how a socket listens, when a server tells that it takes calls, how it ends, and how long it
waits for who does not come to the point.
Refuses to know: what is served, by which rules, and who may call.
Neighbours: values below; store, feed, engine and outside beside it, strangers; admin, authorizer,
idp and echo above.
"""

from gatepost.serving.listen import listen
from gatepost.serving.patient import Patient
from gatepost.serving.server import Guest, Server

__all__ = ["Guest", "Patient", "Server", "listen"]
