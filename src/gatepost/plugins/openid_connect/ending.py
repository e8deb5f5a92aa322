"""Ending sessions: one that nobody wants any more is refused from then on, not only deleted."""

from typing import final

from gatepost.oidc import Client
from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Runtime
from gatepost.plugins.openid_connect.clients import Clients
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.session import Lookup, Session, Times


@final
class Endings:
    """Ends the sessions of one configuration."""

    def __init__(
        self, config: OpenIdConnectConfig, clients: Clients, lookup: Lookup, times: Times
    ) -> None:
        self._clients = clients
        self._lookup = lookup
        self._times = times
        self._remember = config.session_remember

    async def lapse(self, session: Session, code: str, request: Request, runtime: Runtime) -> None:
        """Let go of a session that cannot go on. A newer copy of it may, so nothing is revoked."""
        look = await self._lookup.look(request, runtime)
        if look.found is not None:
            await self._lookup.keeper.drop(look.found, runtime)
        look.end(code)
        runtime.tell("session.ended", code, session=session.id, client=session.client)

    async def revoke(self, session: Session, code: str, request: Request, runtime: Runtime) -> None:
        """End a session for good: every copy of it is refused, here and on every node.

        Raises Fault(by=OURS) when that could not be written down; the session then goes on.
        """
        until = self._times.last(session, remember=self._remember)
        await runtime.revoke((session.tag, until), why=code)
        await self.lapse(session, code, request, runtime)

    def client(self, session: Session) -> Client | None:
        """Return the client as whom somebody logged in, where it still is configured."""
        return self._clients.named(session.client)
