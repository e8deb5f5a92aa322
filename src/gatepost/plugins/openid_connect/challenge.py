"""How a refused client is told what is missing: WWW-Authenticate (RFC 6750, 3; RFC 7617)."""

import re

from gatepost.plugins.openid_connect.config import OpenIdConnectConfig

_QUOTABLE = re.compile(r"[\x20\x21\x23-\x5b\x5d-\x7e]+")  # RFC 6750, 3: no quote, no backslash


class Challenger:
    """Writes challenges: Bearer where a token would do, Basic where a client's secret would."""

    def __init__(self, config: OpenIdConnectConfig, realm: str) -> None:
        methods = config.methods
        self._realm = realm if _QUOTABLE.fullmatch(realm) else "gateway"
        self._expose = config.expose_error_code
        in_header = (
            "client_credentials" in methods and "header" in config.client_credentials_param_type
        ) or ("password" in methods and "header" in config.password_param_type)
        # Where people log in by a page, no browser shall ask for a password with a box of its own.
        self._basic = in_header and "authorization_code" not in methods
        shown = ("bearer", "introspection", "userinfo", "authorization_code")
        self._bearer = any(name in methods for name in shown) or not self._basic

    def unauthorized(self, *, bad_token: bool) -> tuple[str, ...]:
        """Return the challenges of a 401; an error only where a token was presented."""
        found = []
        if self._bearer:
            error = ', error="invalid_token"' if bad_token and self._expose else ""
            found.append(f'Bearer realm="{self._realm}"{error}')
        if self._basic:
            found.append(f'Basic realm="{self._realm}", charset="UTF-8"')
        return tuple(found)

    def insufficient(self, scope: str | None) -> tuple[str, ...]:
        """Return the challenge of a 403 for want of a requirement; scope: what would do."""
        if not self._expose:
            return ()
        wanted = f', scope="{scope}"' if scope and _QUOTABLE.fullmatch(scope) else ""
        return (f'Bearer realm="{self._realm}", error="insufficient_scope"{wanted}',)
