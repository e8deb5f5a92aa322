"""The process that decides: questions in over a UNIX socket, decisions out.

Owns: the ASGI app, the deadline of an evaluation, the process's numbers.
Refuses to know: policies, protocols, nginx, configuration files, the environment.
Neighbours: plugin (what judges), engine (the words of a question) and outside (whom it calls)
below; the agent starts it.
"""

from gatepost.authorizer.app import Authorizer

__all__ = ["Authorizer"]
