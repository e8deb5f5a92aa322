"""What a browser keeps for the console: a token, sealed, in a cookie that no script can read."""

import secrets
import time
from collections.abc import Mapping
from typing import final

import msgspec
from starlette.requests import HTTPConnection

from gatepost.console.admin_api import Credentials
from gatepost.console.guard import elsewhere
from gatepost.plugin.sealing import NotOurs, Seal, as_text, derive, from_text
from gatepost.values import Secret

COOKIE = "gatepost_console"
LOGIN_COOKIE = "gatepost_admin"
"""The Admin API's own, which comes through the console's ``/auth/…``."""
SECONDS = 12 * 3600.0
"""How long a token is kept; then it is asked for again."""

_BOUND = b"gatepost console token"


class _Kept(msgspec.Struct):
    token: str
    until: float


@final
class Keeper:
    """Seals tokens. secret: 32 bytes that stay the same across restarts. url: of the Admin API.

    secure: browsers come through a proxy, so that none of them is on this machine.
    """

    def __init__(self, secret: bytes, url: str, *, secure: bool = False) -> None:
        self._secure = secure
        self._seal = Seal([derive(secret, "console token")])
        self._bound = _BOUND + b"\n" + url.encode()

    def sealed(self, token: Secret) -> str:
        """Return what the cookie holds for a token."""
        content = msgspec.json.encode(_Kept(token.reveal(), time.time() + SECONDS))
        return as_text(self._seal.close(content, bound_to=self._bound, random=secrets.token_bytes))

    def of(self, request: HTTPConnection) -> Credentials:
        """Return with what the Admin API is asked for who sends a request."""
        return self.credentials(
            request.cookies, address=elsewhere(request.scope, secure=self._secure)
        )

    def credentials(self, cookies: Mapping[str, str], *, address: str | None) -> Credentials:
        """Return with what the Admin API is asked for a browser with these cookies.

        address: the browser's, None when it is on this machine.
        """
        token = self._token(cookies.get(COOKIE))
        login = cookies.get(LOGIN_COOKIE)
        if token is not None or login is None:
            return Credentials(token=token, address=address)
        return Credentials(login=Secret(login), address=address)

    def _token(self, sealed: str | None) -> Secret | None:
        if not sealed:
            return None
        try:
            opened = self._seal.open(from_text(sealed), bound_to=self._bound)
            kept = msgspec.json.decode(opened, type=_Kept)
        except (NotOurs, msgspec.DecodeError):
            return None
        return Secret(kept.token) if kept.until > time.time() else None
