"""The echo upstream: shows an API's side of the gateway, as httpbin does.

Owns: an ASGI application that answers with what it received, and the server that runs it.
Refuses to know: the gateway, its configuration, OpenID Connect. It judges nothing.
Neighbours: values below; cli starts it; tests run it in their own process with ``running``.
"""

from gatepost.echo.app import Echo
from gatepost.echo.server import Running, Tls, running, serve

__all__ = ["Echo", "Running", "Tls", "running", "serve"]
