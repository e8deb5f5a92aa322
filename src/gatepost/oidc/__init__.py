"""OAuth 2.0 and OpenID Connect as request/read pairs, one endpoint a file.

Owns: what is asked of a provider, how its answers are read, and whether a token is believed.
Refuses to know: the gateway, its configuration, sockets, clocks; every function is pure.
Neighbours: ``values`` below; ``plugins`` and ``idp`` above. ``jose`` alone imports a JOSE library.

The endpoints are modules, each with ``read`` and functions that build the call or the address:
``discovery``, ``jwks``, ``authorization``, ``par``, ``token``, ``userinfo``, ``introspection``,
``revocation``, ``end_session``. Tokens: ``parse`` takes one apart; ``access_token.verify``,
``id_token.verify`` and ``logout_token.verify`` decide about it, ``jarm.read`` about a signed
answer. ``pkce`` binds a code to who asked for it, ``local_target`` says where a browser may go
afterwards, ``claims`` reads what is in a token.
"""

from gatepost.oidc import (
    access_token,
    authorization,
    claims,
    client_auth,
    discovery,
    end_session,
    id_token,
    introspection,
    jarm,
    jwks,
    logout_token,
    par,
    pkce,
    revocation,
    token,
    userinfo,
)
from gatepost.oidc.access_token import Verified
from gatepost.oidc.authorization import (
    AuthorizationError,
    AuthorizationRequest,
    AuthorizationResponse,
)
from gatepost.oidc.client import Client
from gatepost.oidc.client_auth import Pairs
from gatepost.oidc.compact import Unverified, parse
from gatepost.oidc.extras import Extra
from gatepost.oidc.id_token_claims import ExpectedIdToken
from gatepost.oidc.introspection import Introspection
from gatepost.oidc.jose import ASYMMETRIC, SHARED_SECRET, SYMMETRIC, Key, generate, sign
from gatepost.oidc.key_set import KeySet, UnknownKey, verify
from gatepost.oidc.key_strength import UnusableKey
from gatepost.oidc.logout_token import ExpectedLogoutToken, LogoutToken
from gatepost.oidc.par import Pushed
from gatepost.oidc.provider import Provider
from gatepost.oidc.redirect_target import local_target
from gatepost.oidc.registered_claims import Expected
from gatepost.oidc.signer import Signer
from gatepost.oidc.token_answer import GrantRefused, Tokens
from gatepost.oidc.userinfo import Userinfo

__all__ = [
    "ASYMMETRIC",
    "SHARED_SECRET",
    "SYMMETRIC",
    "AuthorizationError",
    "AuthorizationRequest",
    "AuthorizationResponse",
    "Client",
    "Expected",
    "ExpectedIdToken",
    "ExpectedLogoutToken",
    "Extra",
    "GrantRefused",
    "Introspection",
    "Key",
    "KeySet",
    "LogoutToken",
    "Pairs",
    "Provider",
    "Pushed",
    "Signer",
    "Tokens",
    "UnknownKey",
    "UnusableKey",
    "Unverified",
    "Userinfo",
    "Verified",
    "access_token",
    "authorization",
    "claims",
    "client_auth",
    "discovery",
    "end_session",
    "generate",
    "id_token",
    "introspection",
    "jarm",
    "jwks",
    "local_target",
    "logout_token",
    "par",
    "parse",
    "pkce",
    "revocation",
    "sign",
    "token",
    "userinfo",
    "verify",
]
