"""A scripted identity provider for these tests: discovery, keys, introspection, tokens."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from gatepost.oidc import Key, KeySet, generate, sign
from gatepost.plugin.evaluate import Evaluation
from gatepost.plugin.extract import HttpRequest
from gatepost.plugin.plan import Plan
from gatepost.plugin.runtime import Person
from gatepost.plugin.testkit import BEGIN, Script, World, ask_plan, json_reply, plan_for
from gatepost.plugins.openid_connect import plugin
from gatepost.values import Call, Headers, Reply

ISSUER = "https://idp.example/oauth2/default"
KEY = generate("ES256", "key-1")
OTHER_KEY = generate("ES256", "key-2")


class Provider(Script):
    """Answers as a healthy provider; tests change its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: list[Key] = [KEY]
        self.metadata: dict[str, Any] = {
            "issuer": ISSUER,
            "jwks_uri": f"{ISSUER}/v1/keys",
            "token_endpoint": f"{ISSUER}/v1/token",
            "introspection_endpoint": f"{ISSUER}/v1/introspect",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }
        self.answer: dict[str, Any] = {"active": True, "sub": "alice", "iss": ISSUER}
        self.grant: dict[str, Any] = {
            "access_token": "opaque-granted",
            "token_type": "Bearer",
            "expires_in": 600,
        }
        self.on("GET", "/.well-known/openid-configuration", lambda _: json_reply(self.metadata))
        self.on("GET", "/v1/keys", lambda _: json_reply(KeySet(tuple(self.keys)).public()))
        self.on("POST", "/v1/introspect", lambda _: json_reply(self.answer))
        self.on("POST", "/v1/token", lambda _: json_reply(self.grant))

    def away(self) -> None:
        """Make every call fail from now on."""
        self.when(lambda _: True, Reply(503, Headers(), b""))

    def form(self, number: int = -1) -> dict[str, list[str]]:
        """Return the form of a call."""
        return parse_qs(self.calls[number].body.decode(), keep_blank_values=True)


class Gate:
    """One route with this plugin, a scripted provider and a clock that jumps."""

    def __init__(
        self, people: tuple[Person, ...] = (), provider: Provider | None = None, **config: Any
    ) -> None:
        self.provider = provider or Provider()
        self.world = World(self.provider, people)
        self.plan: Plan = plan_for((plugin, {"issuer": ISSUER, **config}))

    async def ask(
        self,
        *headers: tuple[str, str],
        args: str | None = None,
        method: str = "GET",
        body: bytes = b"",
    ) -> Evaluation:
        """Judge one request."""
        request = HttpRequest(method=method, args=args, headers=Headers(headers), body=body)
        return await ask_plan(self.plan, request, world=self.world)

    async def bearer(self, token: str) -> Evaluation:
        """Judge a request with a bearer token in its usual place."""
        return await self.ask(("Authorization", f"Bearer {token}"))


def jwt(key: Key = KEY, *, header: Mapping[str, object] | None = None, **claims: object) -> str:
    """Sign an access token that is good for ten minutes; a claim that is ``...`` is left out."""
    whole = {"iss": ISSUER, "sub": "alice", "iat": BEGIN - 10, "exp": BEGIN + 600, **claims}
    return sign({k: v for k, v in whole.items() if v is not ...}, key, header=header)


def status(evaluation: Evaluation) -> int:
    """Return 200 for a Forward, else the status of the answer."""
    return getattr(evaluation.decision, "status", 200)


def code(evaluation: Evaluation) -> str:
    """Return the code of a refusal."""
    return str(getattr(evaluation.decision, "code", ""))


def sent_headers(evaluation: Evaluation) -> dict[str, str | None]:
    """Return the header edits of a Forward by name."""
    edits = getattr(evaluation.decision, "edits")  # noqa: B009
    return dict(edits.headers)


def form_reply(call: Call) -> str:
    """Return a call's body as text."""
    return json.dumps(parse_qs(call.body.decode()))
