"""Calls to the token endpoint: one builder for each grant that we ask for."""

from typing import final

from gatepost.oidc import Client, Extra, token
from gatepost.plugin.attribute import Attribute
from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Runtime
from gatepost.plugins.openid_connect.clients import Clients
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.copied import Copied, paired
from gatepost.plugins.openid_connect.provider import Source
from gatepost.plugins.openid_connect.transport import transport_of
from gatepost.values import Call, Reply, Secret


@final
class TokenCalls:
    """Applies the fields of ``TokenFields``."""

    def __init__(self, config: OpenIdConnectConfig, source: Source, clients: Clients) -> None:
        self._config = config
        self._source = source
        self._clients = clients
        self._transport = transport_of(config)
        self._copied = Copied(
            headers=paired(config.token_headers_names, config.token_headers_values),
            args=paired(config.token_post_args_names, config.token_post_args_values),
            from_headers=config.token_headers_client or (),
            from_args=config.token_post_args_client or (),
            also_headers=True,
        )
        self._fixed = Extra(
            paired(config.token_post_args_names, config.token_post_args_values),
            paired(config.token_headers_names, config.token_headers_values),
        )

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """What is copied from a request into a call."""
        return self._copied.attributes

    @property
    def scope(self) -> str | None:
        """The scope that is asked for, as one text."""
        return " ".join(self._config.scopes or ()) or None

    async def client_credentials(self, client: Client, request: Request, runtime: Runtime) -> Call:
        """Ask in a client's own name."""
        url, way = await self._way(client, runtime)
        return token.client_credentials(
            url,
            client,
            way,
            scopes=self._config.scopes or (),
            audience=self._config.audience or (),
            extra=self._copied.of(request),
            transport=self._transport,
        )

    async def password(
        self, client: Client, user: tuple[str, Secret], request: Request, runtime: Runtime
    ) -> Call:
        """Ask with a user's name and password."""
        url, way = await self._way(client, runtime)
        return token.password(
            url,
            client,
            way,
            username=user[0],
            password=user[1],
            scopes=self._config.scopes or (),
            audience=self._config.audience or (),
            extra=self._copied.of(request),
            transport=self._transport,
        )

    async def code(
        self,
        client: Client,
        code: Secret,
        runtime: Runtime,
        *,
        redirect_uri: str,
        verifier: str | None,
    ) -> Call:
        """Redeem an authorization code. Nothing is copied from whoever brought it."""
        url, way = await self._way(client, runtime)
        return token.authorization_code(
            url,
            client,
            way,
            code=code,
            redirect_uri=redirect_uri,
            verifier=verifier,
            extra=self._fixed,
            transport=self._transport,
        )

    async def refresh(
        self, client: Client, refresh_token: Secret, runtime: Runtime, extra: Extra | None = None
    ) -> Call:
        """Ask with a refresh token. extra: in place of what is always added."""
        url, way = await self._way(client, runtime)
        return token.refresh(
            url,
            client,
            way,
            refresh_token=refresh_token,
            extra=self._fixed if extra is None else extra,
            transport=self._transport,
        )

    def copied(self, request: Request) -> Extra:
        """Return what is copied from a request, for a refresh token that it brings."""
        return self._copied.of(request)

    def replayed(self, reply: Reply, grant: str) -> tuple[tuple[str, str], ...]:
        """Return the headers of an answer that the client gets to see, for this grant."""
        if grant not in (self._config.token_headers_grants or ()):
            return ()
        names = self._config.token_headers_replay or ()
        return tuple((name, value) for name in names for value in reply.headers.all(name))

    async def _way(self, client: Client, runtime: Runtime) -> tuple[str, str]:
        """Return the endpoint, and how the client authenticates there."""
        provider = await self._source.provider(
            runtime, endpoint="token_endpoint", told=self._clients.token_auth_told
        )
        way = self._clients.at_token(client, provider.token_endpoint_auth_methods_supported)
        return provider.require("token_endpoint"), way
