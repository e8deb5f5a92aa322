"""Switching an application of a provider off and on, with Okta's management calls.

For seeing what a gateway does when a client is shut out. The provider is one that a plugin of the
plane names; its management API is at the issuer's own origin. The API token passes through.
"""

import re
from typing import Any, Literal
from urllib.parse import quote, urlsplit

import msgspec
from starlette.responses import Response

from gatepost.admin.ask import Ask, answer
from gatepost.admin.audit import noted
from gatepost.admin.bodies import read_as
from gatepost.admin.caller import Role
from gatepost.admin.problem import Refused, plain
from gatepost.admin.try_tokens import LIMIT, provider_named
from gatepost.values import Call, Headers, Reply, Transport
from gatepost.values.call import Fetch

_VISIBLE = re.compile(r"[!-~]{1,4096}")
_MOST = 200


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """What is to happen to an application. client_id: the application's id is the same at Okta."""

    issuer: str
    client_id: str
    action: Literal["deactivate", "activate"]
    api_token: str | None = None

    def __repr__(self) -> str:
        return f"Wanted({self.action!r})"


async def change(ask: Ask) -> Response:
    """Deactivate or activate an application at a provider that has Okta's management API."""
    ask.allow(Role.OPERATOR)
    wanted = await read_as(ask.request, Wanted, LIMIT)
    if not _VISIBLE.fullmatch(wanted.client_id) or wanted.client_id in {".", ".."}:
        raise plain(400, "client_id: it is no id of an application")
    if wanted.api_token is not None and not _VISIBLE.fullmatch(wanted.api_token):
        raise plain(400, "api_token: it is no token; make one at the provider")
    named = await provider_named(ask, wanted.issuer)
    after = {
        "issuer": named.issuer,
        "client_id": wanted.client_id[:255],
        "action": wanted.action,
    }
    await noted(ask, "try", "applications", after=after)
    parts = urlsplit(named.issuer)
    apps = f"{parts.scheme}://{parts.netloc}/api/v1/apps"
    abroad = ask.control.abroad
    async with abroad.turn(ask.plane):
        asking = _Asking(abroad.fetch, named.transport, wanted.api_token)
        ident = await _application(asking, apps, wanted.client_id)
        life = f"{apps}/{quote(ident, safe='')}/lifecycle/{wanted.action}"
        reply = await asking.ask("POST", life)
        if reply.status not in {200, 204}:
            raise _said(reply)
    return answer({"id": ident, "client_id": wanted.client_id, "done": wanted.action})


class _Asking:
    def __init__(self, fetch: Fetch, transport: Transport, token: str | None) -> None:
        self._fetch, self._transport = fetch, transport
        self._headers = Headers(
            [("accept", "application/json")]
            + ([("authorization", f"SSWS {token}")] if token is not None else [])
        )

    async def ask(self, method: str, url: str) -> Reply:
        call = Call(method, url, self._headers, purpose="management", transport=self._transport)
        return await self._fetch(call)


async def _application(asking: _Asking, apps: str, client_id: str) -> str:
    """Return the id of the application that has this client id."""
    reply = await asking.ask("GET", f"{apps}/{quote(client_id, safe='')}")
    found: Any
    if reply.status == 200:
        found = [_read(reply)]
    elif reply.status == 404:
        reply = await asking.ask("GET", f"{apps}?q={quote(client_id, safe='')}")
        if reply.status != 200:
            raise _said(reply)
        found = _read(reply)
    else:
        raise _said(reply)
    for one in found[:_MOST] if isinstance(found, list) else ():
        if isinstance(one, dict) and isinstance(one.get("id"), str):
            credentials = one.get("credentials")
            client = credentials.get("oauthClient") if isinstance(credentials, dict) else None
            named = client.get("client_id") if isinstance(client, dict) else None
            if client_id in (one["id"], named):
                return str(one["id"])
    raise plain(400, "client_id: the provider knows no application that has it")


def _read(reply: Reply) -> Any:
    try:
        return msgspec.json.decode(reply.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Refused(502, {"message": "The provider's answer is no JSON"}) from None


def _said(reply: Reply) -> Refused:
    if reply.status in {401, 403}:
        why = "it does not accept the API token; give one that may manage applications"
        return plain(400, f"The provider answered {reply.status}: {why}")
    if reply.status in {404, 405}:
        why = "it has no such application, or no management API as Okta's at the issuer's origin"
        return plain(400, f"The provider answered {reply.status}: {why}")
    return plain(502, f"The provider answered {reply.status} to a management call")
