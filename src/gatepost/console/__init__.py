"""The console: web pages over the Admin API, for people who would rather see it.

Owns: pages, what they are made of, the cookie that keeps somebody's token, and what a browser may
load.
Refuses to know: databases, nodes, policies. Whatever it shows or changes goes over HTTP to the
Admin API, with the rights of who looks; it has none of its own.
Neighbours: serving, plugin (for seals), oidc, disk and values below; admin, node, authorizer, idp
and echo beside it, strangers.
"""

from gatepost.console.settings import ConsoleSettings

__all__ = ["ConsoleSettings"]
