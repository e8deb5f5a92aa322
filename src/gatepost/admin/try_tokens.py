"""Getting a token as an application would, from a provider that plugins of the plane name.

What is asked for and what comes back is for the caller alone: neither is logged, written down or
kept. The audit log says who tried which grant where, for which client.
"""

from typing import Any, Literal

import msgspec
from starlette.responses import Response

from gatepost.admin.ask import Ask, answer
from gatepost.admin.audit import noted
from gatepost.admin.bodies import read_as
from gatepost.admin.caller import Role
from gatepost.admin.named_providers import NamedProvider
from gatepost.admin.problem import Refused, plain
from gatepost.oidc import Client, Provider, client_auth, token
from gatepost.oidc.answer import json_object
from gatepost.values import Call, Fault, Reply, Secret

LIMIT = 64 * 1024
"""Bytes of what is asked."""

_SAID = ("error", "error_description", "error_uri")
_STATUSES = tuple(range(200, 600))


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """A token that is asked for. auth: how the client authenticates; unset lets discovery say."""

    issuer: str
    grant: Literal["client_credentials", "password", "refresh_token"]
    client_id: str
    client_secret: str | None = None
    scope: str = ""
    audience: str | None = None
    username: str | None = None
    password: str | None = None
    refresh_token: str | None = None
    auth: str | None = None

    def __repr__(self) -> str:
        return f"Wanted({self.grant!r})"


async def get(ask: Ask) -> Response:
    """Get a token by a grant: client_credentials, password or refresh_token."""
    ask.allow(Role.OPERATOR)
    wanted = await read_as(ask.request, Wanted, LIMIT)
    named = await provider_named(ask, wanted.issuer)
    after = {"issuer": named.issuer, "grant": wanted.grant, "client_id": wanted.client_id[:255]}
    await noted(ask, "try", "tokens", after=after)
    abroad = ask.control.abroad
    async with abroad.turn(ask.plane):
        provider = await named.asked(abroad.fetch)
        reply = await abroad.fetch(_call(wanted, provider, named))
        secrets = (wanted.client_secret, wanted.password, wanted.refresh_token)
        return answer(granted(reply, secrets))


async def provider_named(ask: Ask, issuer: str) -> NamedProvider:
    """Return the provider; Refused (400) for an issuer that no plugin of the plane names."""
    snapshot = (await ask.current()).snapshot
    found = NamedProvider.find(snapshot, issuer, ask.control.abroad.settings.variables)
    if found is None:
        raise plain(
            400, "issuer: no enabled plugin names it; add the plugin first, or write it as there"
        )
    return found


def client_of(name: str, secret: str | None, auth: str | None) -> Client:
    """Return who asks. Raises Fault (operator) for a way of authentication that does not work."""
    return Client(name, Secret(secret) if secret else None, auth)


def granted(reply: Reply, secrets: tuple[str | None, ...]) -> dict[str, Any]:
    """Return what a token endpoint granted; Refused (400) with what it said otherwise.

    secrets: what was sent, so that no answer shows it. Raises Fault (provider) for what is no
    answer of a token endpoint.
    """
    try:
        said = json_object(reply, what="token", statuses=_STATUSES)
    except Fault:
        if reply.status == 200:
            raise
        said = {}
    if reply.status == 200 and isinstance(said.get("access_token"), str):
        return dict(said)
    texts = {name: said[name] for name in _SAID if isinstance(said.get(name), str)}
    shown = {name: _hidden(str(text), secrets) for name, text in texts.items()}
    error = shown.get("error", "no error that RFC 6749 knows")
    message = f"The provider answered {reply.status}: {error}"
    raise Refused(400, {"message": message, "status": reply.status, **shown})


def _hidden(text: str, secrets: tuple[str | None, ...]) -> str:
    for secret in secrets:
        if secret:
            text = text.replace(secret, "***")
    return text[:2000]


def _call(wanted: Wanted, provider: Provider, named: NamedProvider) -> Call:
    client = client_of(wanted.client_id, wanted.client_secret, wanted.auth)
    supported = provider.token_endpoint_auth_methods_supported
    method = client_auth.choose_method(client, None, supported)
    url, transport = provider.require("token_endpoint"), named.transport
    scopes = tuple(wanted.scope.split())
    audience = (wanted.audience,) if wanted.audience else ()
    match wanted.grant:
        case "client_credentials":
            return token.client_credentials(
                url, client, method, scopes=scopes, audience=audience, transport=transport
            )
        case "password":
            if not wanted.username or not wanted.password:
                raise plain(400, "username, password: this grant wants both")
            return token.password(
                url,
                client,
                method,
                username=wanted.username,
                password=Secret(wanted.password),
                scopes=scopes,
                audience=audience,
                transport=transport,
            )
    if not wanted.refresh_token:
        raise plain(400, "refresh_token: this grant wants one")
    held = Secret(wanted.refresh_token)
    return token.refresh(
        url, client, method, refresh_token=held, scopes=scopes, transport=transport
    )
