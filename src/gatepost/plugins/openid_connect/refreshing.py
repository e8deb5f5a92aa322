"""Keeping a session's access token alive, with a refresh token that may be used once.

Early: from a little before the end on, the token is refreshed in the background, and whoever asks
meanwhile is served with the one that is still good. At the end whoever asks waits for the one
refresh that all share. A refresh that fails ends the session only when the token has ended too.
"""

import hashlib
from dataclasses import dataclass
from typing import Final, final

from gatepost.oidc import id_token, token
from gatepost.plugin.errand import Errand
from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Runtime
from gatepost.plugin.sealing import derive
from gatepost.plugins.openid_connect.clients import Clients
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.grants import (
    Granted,
    Grants,
    claims_of,
    read_token,
    session_of,
)
from gatepost.plugins.openid_connect.refusals import refused_us
from gatepost.plugins.openid_connect.session import Session
from gatepost.plugins.openid_connect.token_calls import TokenCalls
from gatepost.plugins.openid_connect.trading import said_at
from gatepost.values import By, Fault, Reply, Secret

GRACE: Final = 60.0
"""Seconds in which those who still bring the refresh token that was used get what came of it."""

_EARLIEST: Final = 0.15
_LATEST: Final = 0.10
_MOST: Final = 60.0
_DAY: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Ended:
    """A session that is over, and why, as a code.

    for_good: every copy of it is over. A refresh token that is refused, or comes back after it was
    used, may be in other hands (RFC 9700, 4.14.2).
    """

    code: str
    for_good: bool = True


@final
class Refresher:
    """Refreshes the sessions of one configuration."""

    def __init__(
        self,
        config: OpenIdConnectConfig,
        clients: Clients,
        calls: TokenCalls,
        grants: Grants,
    ) -> None:
        self._config = config
        self._clients = clients
        self._calls = calls
        self._grants = grants
        self._room = config.room
        self._spent = max(config.session_absolute_timeout or 30 * _DAY, _DAY)

    async def refreshed(
        self, session: Session, request: Request, runtime: Runtime
    ) -> Session | Ended:
        """Return the session as it is, with new tokens, or its end.

        Raises Fault (by PROVIDER or OURS) when its access token has ended, and nobody can say
        whether it may live on.
        """
        clock = runtime.clock
        # What lies in the lasting cookie holds no access token: it has to be had anew.
        expires = session.expires if session.access_token else 0.0
        if expires is None:
            return session
        client = self._clients.named(session.client)
        secret = session.refresh_token
        if secret is None or client is None or not self._config.refresh_tokens:
            return Ended("session.token_expired", False) if clock.past(expires) else session
        if not clock.past(expires - self._margin(session)):
            return session
        over = clock.past(expires)
        call = await self._calls.refresh(client, Secret(secret), runtime)
        errand = Errand(
            name=_name(session, secret),
            call=call,
            grace=GRACE,
            spent=self._spent,
            share=self._room,
            seal=derive(secret.encode(), "refresh answer"),
            member="access_token",
        )
        try:
            if over:
                reply: Reply | None = await runtime.do_once(errand)
            else:
                reply = await runtime.do_ahead(errand)
            if reply is None:
                return session
            return await self._read(reply, session, request, runtime)
        except Fault as fault:
            return self._failed(fault, session, over, runtime)

    def _failed(
        self, fault: Fault, session: Session, over: bool, runtime: Runtime
    ) -> Session | Ended:
        if isinstance(fault, token.GrantRefused) and fault.error != "invalid_grant":
            fault = refused_us(fault)  # the token may be good: what is wrong is how we ask
        refused = fault.by is By.CLIENT
        if refused and fault.code not in ("credential.refused", "errand.spent"):
            return Ended(fault.code)  # what it answered is not believed
        if not over:
            runtime.step("not refreshed; the token is still good", code=fault.code)
            return session
        if not refused:
            runtime.tell("refresh.failed", fault.code, session=session.id)
            raise fault
        return Ended("session.superseded" if fault.code == "errand.spent" else "refresh.refused")

    async def _read(
        self, reply: Reply, session: Session, request: Request, runtime: Runtime
    ) -> Session:
        tokens = token.read(reply)
        client = self._clients.named(session.client)
        assert client is not None  # noqa: S101 - looked up before the call
        granted = await self._grants.settle(
            tokens, client, request, runtime, method="refresh_token", asked=session.scope
        )
        if granted.identity is not None and session.id_token is not None:
            id_token.same_login(claims_of(read_token(session.id_token)), granted.identity.claims)
        now = runtime.clock.now()
        return self._renewed(session, granted, said_at(reply, now, oldest=GRACE), now)

    def _renewed(self, session: Session, granted: Granted, obtained: float, now: float) -> Session:
        fresh = session_of(granted, ident=session.id, created=obtained, bound=session.bound)
        return session.with_(
            access_token=fresh.access_token,
            obtained=fresh.obtained,
            expires=fresh.expires,
            refresh_token=fresh.refresh_token or session.refresh_token,
            id_token=fresh.id_token or session.id_token,
            scope=fresh.scope,
            opaque=fresh.opaque,
            refreshes=session.refreshes + 1,
            touched=now,
        )

    def _margin(self, session: Session) -> float:
        """Return how long before its end a token is refreshed: a share of its life, the same on
        every node, and different for sessions that began together.
        """
        lifetime = max(0.0, (session.expires or 0.0) - session.obtained)
        chance = hashlib.sha256(session.id.encode()).digest()[0] / 255
        share = _LATEST + (_EARLIEST - _LATEST) * chance
        return min(max(min(lifetime * share, _MOST), self._config.leeway), lifetime / 2)


def _name(session: Session, secret: str) -> str:
    """Name one refresh by what cannot be turned back into the token.

    A provider may give the same refresh token again and again, so which refresh it is counts too.
    """
    parts = (session.issuer, session.client, str(session.refreshes), secret)
    text = "".join(f"{len(part)}:{part}" for part in ("gatepost refresh", *parts))
    return hashlib.sha256(text.encode()).hexdigest()
