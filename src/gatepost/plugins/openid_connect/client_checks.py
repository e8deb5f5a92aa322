"""Whether a provider lets the configured clients in: each asks for something that it cannot get.

A token or a code that was made up is refused in one way to a client that the provider knows, and
in another to one that it does not. Only where nothing else is configured, a token is asked for in
the client's own name, and thrown away.
"""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass

from gatepost.oidc import Client, GrantRefused, Provider, client_auth, introspection, token
from gatepost.oidc.extras import Extra
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.copied import paired
from gatepost.plugins.openid_connect.told_checks import Check, Checks, failed
from gatepost.plugins.openid_connect.transport import transport_of
from gatepost.values import Fault, FixedClock, Secret
from gatepost.values.call import Fetch

_MOST = 4
_WHAT = "client authentication"
_KNOWS = frozenset({"invalid_grant", "invalid_scope", "invalid_target", "unauthorized_client"})
"""What is answered to a client that was let in (RFC 6749, 5.2; RFC 8707, 2)."""


@dataclass(frozen=True, slots=True)
class ClientChecks:
    """unknown: fields whose values are not known here."""

    config: OpenIdConnectConfig
    fetch: Fetch
    unknown: frozenset[str]

    async def run(
        self, checks: Checks, provider: Provider, redirect_uris: list[str]
    ) -> AsyncIterator[Check]:
        """Yield what was found of each client."""
        config = self.config
        ids, known = config.client_id or (), config.client_secret or ()
        if {"client_id", "client_secret"} & self.unknown:
            says = "It is in a vault that only nodes can read, so that it was not tried."
            yield checks.skipped(_WHAT, says, "Look at it with gatepost doctor at a node.")
            return
        for number, name in enumerate(ids[:_MOST]):
            held = known[number] if number < len(known) else (known[0] if known else None)
            told = config.client_auth or ()
            way = told[number] if number < len(told) else (told[0] if told else None)
            client = Client(name, Secret(held) if held else None, way)
            found = await self._tried(checks, provider, client, redirect_uris)
            if found.what == "introspection" and found.ok:
                yield checks.good(_WHAT, f"{name[:100]}: it is let in.")
            yield found

    async def _tried(
        self, checks: Checks, provider: Provider, client: Client, redirect_uris: list[str]
    ) -> Check:
        named = client.id[:100]
        try:
            if "introspection" in self.config.auth_methods and provider.introspection_endpoint:
                return await self._introspected(checks, provider, client)
            if provider.token_endpoint is None:
                return checks.skipped(_WHAT, f"{named}: there is no endpoint to try it at.")
            if "authorization_code" in self.config.auth_methods:
                return await self._redeemed(checks, provider, client, redirect_uris)
            return await self._granted(checks, provider, client)
        except Fault as fault:
            return self._refused(checks, client, fault)

    async def _introspected(self, checks: Checks, provider: Provider, client: Client) -> Check:
        config = self.config
        supported = (
            provider.introspection_endpoint_auth_methods_supported
            or provider.token_endpoint_auth_methods_supported
        )
        told = config.introspection_endpoint_auth_method
        call = introspection.request(
            provider.require("introspection_endpoint"),
            _invented(),
            client,
            client_auth.choose_method(client, told, supported),
            hint=config.introspection_hint,
            parameter=config.introspection_token_param_name,
            extra=Extra(
                paired(config.introspection_post_args_names, config.introspection_post_args_values),
                paired(config.introspection_headers_names, config.introspection_headers_values),
            ),
            transport=transport_of(config),
        )
        answer = introspection.read(await self.fetch(call), None, FixedClock(0.0))
        named = client.id[:100]
        if answer.active:
            says = f"{named}: the provider calls a token active that was made up just now."
            return checks.bad("introspection", says, "Do not use it; see introspection_endpoint.")
        says = f"{named}: the provider answers, and a token that was made up is not active."
        return checks.good("introspection", says)

    async def _redeemed(
        self, checks: Checks, provider: Provider, client: Client, redirect_uris: list[str]
    ) -> Check:
        call = token.authorization_code(
            provider.require("token_endpoint"),
            client,
            self._way(provider, client),
            code=_invented(),
            redirect_uri=(redirect_uris or ["https://gateway.invalid/"])[0],
            verifier=secrets.token_urlsafe(48),
            transport=transport_of(self.config),
        )
        token.read(await self.fetch(call))
        says = f"{client.id[:100]}: the provider took a code that was made up just now."
        return checks.bad(_WHAT, says, "Do not use it; see token_endpoint.")

    async def _granted(self, checks: Checks, provider: Provider, client: Client) -> Check:
        call = token.client_credentials(
            provider.require("token_endpoint"),
            client,
            self._way(provider, client),
            scopes=self.config.scopes or (),
            audience=self.config.audience or (),
            transport=transport_of(self.config),
        )
        token.read(await self.fetch(call))
        return checks.good(_WHAT, f"{client.id[:100]}: it is let in, and gets a token.")

    def _way(self, provider: Provider, client: Client) -> str:
        supported = provider.token_endpoint_auth_methods_supported
        return client_auth.choose_method(client, self.config.token_endpoint_auth_method, supported)

    def _refused(self, checks: Checks, client: Client, fault: Fault) -> Check:
        named = client.id[:100]
        error = fault.error if isinstance(fault, GrantRefused) else ""
        do = "See that client_id and client_secret are those of the application at the provider."
        if error == "unauthorized_client":
            says = f"{named}: it is known, but may not use this grant (unauthorized_client)."
            return checks.skipped(_WHAT, says, "Allow the grant for it, if it is meant to have it.")
        if error == "invalid_scope":
            says = f"{named}: it is let in, but may not ask for these scopes (invalid_scope)."
            return checks.bad("scopes", says, "Allow the scopes for it, or change scopes.")
        if error in _KNOWS:
            says = f"{named}: it is let in; the provider refused only what was made up ({error})."
            return checks.good(_WHAT, says)
        if error == "invalid_client" or fault.code == "provider.refused_our_credentials":
            says = f"{named}: the provider does not let it in ({error or fault.cause})."
            return checks.bad(_WHAT, says, do)
        return checks.bad(_WHAT, f"{named}: {failed(fault)}", do)


def _invented() -> Secret:
    return Secret(f"made-up-{secrets.token_urlsafe(24)}")
