"""A logout that a person begins here (OpenID Connect RP-Initiated Logout 1.0).

First the session ends on this side, so that whatever happens on the way to the provider, it is
over. Then tokens are revoked, where that is wanted, and the browser is sent on.
"""

import asyncio
from dataclasses import replace
from typing import Final, final
from urllib.parse import urlsplit

from gatepost.oidc import Client, end_session, revocation
from gatepost.plugin.attribute import Attribute, bit
from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Runtime
from gatepost.plugins.openid_connect.body import parameter
from gatepost.plugins.openid_connect.clients import Clients
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.ending import Endings
from gatepost.plugins.openid_connect.login.flow import Flows
from gatepost.plugins.openid_connect.login.place import origin
from gatepost.plugins.openid_connect.login.trail import Trails
from gatepost.plugins.openid_connect.pages import Page, render
from gatepost.plugins.openid_connect.provider import Source
from gatepost.plugins.openid_connect.session import Lookup, Session
from gatepost.plugins.openid_connect.session.cookies import as_headers
from gatepost.plugins.openid_connect.transport import transport_of
from gatepost.values import Fault, Headers, Reply, Secret

_CROSS_SITE: Final = Page(
    403,
    "logout.cross_site",
    "Not logged out",
    ("Another site asked to log you out, and it cannot do that.",),
)
_UNASKED: Final = Page(
    403,
    "logout.unasked",
    "Not logged out",
    ("A page asked to log you out while it was loading, and it cannot do that.",),
)

_PATIENCE: Final = 2.0
"""Seconds that a logout waits for the provider to revoke a token; the person waits with it."""


@final
class Logout:
    """Ends the session of whoever asks for it."""

    name = "logout"

    def __init__(
        self,
        config: OpenIdConnectConfig,
        source: Source,
        clients: Clients,
        lookup: Lookup,
        endings: Endings,
        flows: Flows,
        trails: Trails,
    ) -> None:
        self._config = config
        self._source = source
        self._clients = clients
        self._lookup = lookup
        self._endings = endings
        self._flows = flows
        self._trails = trails
        transport = transport_of(config)
        self._transport = replace(transport, timeout=min(transport.timeout, _PATIENCE))
        triggers = (config.logout_uri_suffix, config.logout_query_arg, config.logout_post_arg)
        self.on = bool(config.logout_methods) and any(triggers)

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """What ``take`` reads from the key of a request."""
        if not self.on:
            return ()
        config = self._config
        found = [bit("navigation"), *self._lookup.attributes]
        if config.logout_uri_suffix:
            found.append(bit("path-suffix", config.logout_uri_suffix))
        if config.logout_query_arg:
            found.append(bit("query", config.logout_query_arg))
        if config.logout_post_arg:
            found.append(bit("body"))
        return tuple(found)

    async def take(self, request: Request, runtime: Runtime) -> Reply | None:
        """Log out whoever asks for it; None when nobody does.

        Raises Fault(by=OURS) when the end of the session could not be written down.
        """
        if not self.on or not self._asked(request):
            return None
        unwanted = self._unwanted(request)
        if unwanted is not None:
            runtime.tell("logout.refused", unwanted.code)
            return render(unwanted, request)
        look = await self._lookup.look(request, runtime)
        session = look.session
        cookies = self._lookup.keeper.clear(request) + self._trails.forget(request)
        cookies += self._flows.clear(request)
        if session is not None:
            await self._endings.revoke(session, "logout", request, runtime)
            await self._revoke_tokens(session, runtime)
            runtime.tell("logout.done", "logout", client=session.client, subject=session.subject)
        return await self._onwards(session, cookies, request, runtime)

    def _asked(self, request: Request) -> bool:
        # The method is asked for last: it stays out of the key, so that it costs no other request.
        config = self._config
        suffix, argument = config.logout_uri_suffix, config.logout_query_arg
        named = bool(suffix) and request.bit("path-suffix", suffix or "")
        named = named or (bool(argument) and request.bit("query", argument or ""))
        posted = config.logout_post_arg
        if not named and (not posted or parameter(request, posted) is None):
            return False
        return request.method() in config.logout_methods

    def _unwanted(self, request: Request) -> Page | None:
        """Return the page for what is no wish of the person's; None when it may be one.

        Following a link is their own doing, also from another site. What a browser loads for a
        page by itself is not: an image, a frame of another site, a link that is fetched ahead.
        """
        headers, gets = request.headers(), request.method() == "GET"
        if headers.get("sec-fetch-site") == "cross-site":
            opens = request.bit("navigation")
            if not gets or not opens or headers.get("sec-fetch-dest", "document") != "document":
                return _CROSS_SITE
        ahead = "prefetch" in (headers.get("sec-purpose") or "")
        if gets and (ahead or headers.get("sec-fetch-mode") == "no-cors"):
            return _UNASKED
        return None

    async def _revoke_tokens(self, session: Session, runtime: Runtime) -> None:
        """Revoke what ``logout_revoke`` names (RFC 7009); the session is over in any case."""
        config, client = self._config, self._endings.client(session)
        if not config.logout_revoke or client is None:
            return
        tokens = []
        if config.logout_revoke_refresh_token and session.refresh_token:
            tokens.append((session.refresh_token, "refresh_token"))
        if config.logout_revoke_access_token and session.access_token:
            tokens.append((session.access_token, "access_token"))
        try:
            provider = await self._source.provider(
                runtime, endpoint="revocation_endpoint", told=bool(config.client_auth)
            )
            url = provider.require("revocation_endpoint")
            way = self._clients.at_revocation(
                client, provider.token_endpoint_auth_methods_supported
            )
            await asyncio.gather(
                *(self._revoke(url, way, client, token, hint, runtime) for token, hint in tokens)
            )
        except Fault as fault:
            runtime.tell("logout.not_revoked", fault.code, client=session.client)

    async def _revoke(
        self, url: str, way: str, client: Client, token: str, hint: str, runtime: Runtime
    ) -> None:
        call = revocation.request(
            url,
            Secret(token),
            client,
            way,
            hint=hint,
            parameter=self._config.revocation_token_param_name,
            transport=self._transport,
        )
        revocation.read(await runtime.send(call))

    async def _onwards(
        self,
        session: Session | None,
        cookies: tuple[str, ...],
        request: Request,
        runtime: Runtime,
    ) -> Reply:
        """Send the browser to the provider, to where it was told, or to a page of ours."""
        client = self._endings.client(session) if session is not None else None
        client = client or self._clients.chosen(request)
        uris = self._config.logout_redirect_uri or ()
        after = self._clients.entry(uris, client) if client is not None else None
        target = await self._at_provider(session, client, after, request, runtime) or after
        headers = (("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer"))
        if target is None:
            page = Page(200, "logout.done", "You are logged out", ("You can close this page.",))
            return render(page, request, headers=as_headers(cookies))
        status = 302 if request.method() == "GET" else 303
        return Reply(status, Headers([("Location", target), *headers, *as_headers(cookies)]))

    async def _at_provider(
        self,
        session: Session | None,
        client: Client | None,
        after: str | None,
        request: Request,
        runtime: Runtime,
    ) -> str | None:
        """Return the address at which the provider ends its own session, where it has one.

        Without a session there is nothing to end there: the provider would ask the person who
        they are.
        """
        if session is None:
            return None
        try:
            provider = await self._source.provider(runtime, endpoint="end_session_endpoint")
        except Fault as fault:
            runtime.tell("logout.provider_away", fault.code)
            return None
        if provider.end_session_endpoint is None:
            return None
        if after is not None and not urlsplit(after).scheme:
            after = origin(request) + after
        hint = Secret(session.id_token) if session.id_token else None
        return end_session.logout_url(
            provider.end_session_endpoint,
            id_token_hint=hint,
            client_id=client.id if client is not None else None,
            post_logout_redirect_uri=after,
            state=runtime.random(12).hex() if after is not None else None,
        )
