"""OAuth 2.0 and OpenID Connect as request/read pairs, one endpoint a file.

Owns: what is asked of a provider, how its answers are read, and whether a token is believed.
Refuses to know: the gateway, its configuration, sockets, clocks; every function is pure.
Neighbours: ``values`` below; ``plugins`` and ``idp`` above. ``jose`` alone imports a JOSE library.
"""

from gatepost.oidc.compact import Unverified, parse
from gatepost.oidc.jose import ASYMMETRIC, SYMMETRIC, Key, generate, sign
from gatepost.oidc.key_set import KeySet, UnknownKey, verify

__all__ = [
    "ASYMMETRIC",
    "SYMMETRIC",
    "Key",
    "KeySet",
    "UnknownKey",
    "Unverified",
    "generate",
    "parse",
    "sign",
    "verify",
]
