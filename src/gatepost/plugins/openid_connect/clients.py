"""Which client we are for a request, and how that client authenticates."""

from gatepost.oidc import Client, client_auth
from gatepost.plugin.attribute import Attribute, bit, header, query
from gatepost.plugin.request import Request
from gatepost.plugins.openid_connect.body import parameter
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.header_names import written
from gatepost.values import Secret


class Clients:
    """The configured clients. A request picks one by ``client_arg`` where there are several.

    It is looked for as header ``X-<Arg>``, header ``<Arg>``, query argument, body argument; the
    value is a client id or a position that counts from 1. No match is the first client.
    """

    def __init__(self, config: OpenIdConnectConfig) -> None:
        ids, secrets = config.client_id or (), config.client_secret or ()
        self._argument = config.client_arg
        self._headers = tuple(
            f"{prefix}{written(config.client_arg).lower()}" for prefix in ("x-", "")
        )
        self._auth = tuple(config.client_auth or ())
        self._all = tuple(
            Client(
                name,
                Secret(secret) if (secret := _entry(secrets, number)) else None,
                _entry(self._auth, number),
            )
            for number, name in enumerate(ids)
        )
        self._token_auth = config.token_endpoint_auth_method
        self._introspection_auth = config.introspection_endpoint_auth_method
        self._revocation_auth = config.revocation_endpoint_auth_method
        self._push_auth = config.pushed_authorization_request_endpoint_auth_method
        # A secret without a client id is still a key for HS256.
        self._lone_secret = Secret(secrets[0]) if secrets and not ids else None

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """What ``chosen`` reads from a request."""
        if len(self._all) < 2:
            return ()
        named = (*(header(name) for name in self._headers), query(self._argument))
        return (*named, bit("body"))

    @property
    def auth_told(self) -> bool:
        """Whether the configuration says how to authenticate, so that discovery need not."""
        secretless = all(client.secret is None for client in self._all)
        return bool(self._introspection_auth) or bool(self._auth) or secretless

    @property
    def token_auth_told(self) -> bool:
        """The same for the token endpoint."""
        return bool(self._token_auth) or bool(self._auth)

    def chosen(self, request: Request) -> Client | None:
        """Return the client for this request, or None when none is configured."""
        if len(self._all) < 2:
            return self._all[0] if self._all else None
        wanted = self._wanted(request)
        for number, client in enumerate(self._all, 1):
            if wanted in (client.id, str(number)):
                return client
        return self._all[0]

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all clients."""
        return tuple(client.id for client in self._all)

    def named(self, name: str) -> Client | None:
        """Return the client of that id, or None."""
        return next((client for client in self._all if client.id == name), None)

    def entry(self, values: tuple[str, ...] | None, client: Client) -> str | None:
        """Return the client's entry of a list that is paired with the clients."""
        number = self.ids.index(client.id) if client.id in self.ids else 0
        return _entry(values or (), number)

    def secret(self, request: Request) -> Secret | None:
        """Return the chosen client's secret."""
        client = self.chosen(request)
        return client.secret if client is not None else self._lone_secret

    def presented(self, name: str, secret: Secret) -> Client:
        """Return a caller as a client: with its own credential, in its own configured way."""
        for client in self._all:
            if client.id == name:
                return Client(name, secret, client.auth)
        return Client(name, secret, self._auth[0] if self._auth else None)

    def at_introspection(self, client: Client, supported: tuple[str, ...]) -> str:
        """Return how a client authenticates at the introspection endpoint."""
        return client_auth.choose_method(client, self._introspection_auth, supported)

    def at_token(self, client: Client, supported: tuple[str, ...]) -> str:
        """Return how a client authenticates at the token endpoint."""
        return client_auth.choose_method(client, self._token_auth, supported)

    def at_revocation(self, client: Client, supported: tuple[str, ...]) -> str:
        """Return how a client authenticates at the revocation endpoint."""
        return client_auth.choose_method(client, self._revocation_auth, supported)

    def at_push(self, client: Client, supported: tuple[str, ...]) -> str:
        """Return how a client authenticates where authorization requests are pushed."""
        told = self._push_auth or self._token_auth
        return client_auth.choose_method(client, told, supported)

    def _wanted(self, request: Request) -> str | None:
        for name in self._headers:
            values = request.header(name)
            if values:
                return values[0]
        values = request.query(self._argument)
        return values[0] if values else parameter(request, self._argument)


def _entry(values: tuple[str, ...], number: int) -> str | None:
    """Return entry N of a list that is paired with the clients; a missing one is the first."""
    if not values:
        return None
    return values[number] if number < len(values) else values[0]
