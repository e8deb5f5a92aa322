"""The development identity provider: stands in for Okta on a laptop and in the tests.

Owns: an OpenID provider in memory, its management calls, and its misbehaviour on request.
Refuses to know: the gateway. It is a stranger to which only HTTP leads. Loopback only.
Neighbours: values and oidc below; cli starts it; tests run it in their process with ``running``.
"""

from gatepost.idp.app import IdentityProvider
from gatepost.idp.seed import Seed, read_seed
from gatepost.idp.server import Running, running, serve

__all__ = ["IdentityProvider", "Running", "Seed", "read_seed", "running", "serve"]
