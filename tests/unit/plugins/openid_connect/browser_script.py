"""A scripted provider that logs people in, and a browser that keeps cookies and follows it."""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from gatepost.oidc import Key, sign
from gatepost.plugin.decision import Forward, Refusal
from gatepost.plugin.evaluate import Evaluation
from gatepost.plugin.extract import HttpRequest
from gatepost.plugin.testkit import World, ask_plan, json_reply, plan_for
from gatepost.plugins.openid_connect import plugin
from gatepost.values import Call, Headers, Reply
from tests.unit.plugins.openid_connect.provider_script import ISSUER, KEY, Provider

CLIENT = "shop"
SECRET = "a client secret"
PEOPLE = {
    "issuer": ISSUER,
    "client_id": [CLIENT],
    "client_secret": [SECRET],
    "auth_methods": ["authorization_code", "session"],
    "session_secret": "a session secret for tests",
    "preserve_query_args": True,
}
"""The configuration of a web application."""


class LoginProvider(Provider):
    """Logs in whoever comes, as ``subject``. Tests change its attributes and answers."""

    def __init__(self) -> None:
        super().__init__()
        self.metadata |= {
            "authorization_endpoint": f"{ISSUER}/v1/authorize",
            "userinfo_endpoint": f"{ISSUER}/v1/userinfo",
            "end_session_endpoint": f"{ISSUER}/v1/logout",
            "revocation_endpoint": f"{ISSUER}/v1/revoke",
            "code_challenge_methods_supported": ["S256"],
        }
        self.subject = "alice"
        self.sid = "provider-session-1"
        self.lifetime = 300
        self.refreshes = True
        self.id_claims: dict[str, object] = {}
        """Claims of the id token that differ from what is right; ``...`` leaves one out."""
        self.access_claims: dict[str, object] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.refresh_tokens: set[str] = set()
        self.spent: set[str] = set()
        self.world: World | None = None
        self.signer: Key = KEY
        self.on("POST", "/v1/token", self.grant_tokens)
        self.on("GET", "/v1/userinfo", lambda _: json_reply({"sub": self.subject, "plan": "gold"}))
        self.on("POST", "/v1/revoke", Reply(200))

    @property
    def now(self) -> int:
        assert self.world is not None
        return int(self.world.wall)

    def authorize(self, url: str) -> dict[str, str]:
        """Log somebody in at the authorization endpoint; return the parameters of the answer."""
        asked = dict(parse_qsl(urlsplit(url).query))
        code = secrets.token_hex(8)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def identity(self, **claims: object) -> str:
        """Sign an id token."""
        whole = {
            "iss": ISSUER,
            "sub": self.subject,
            "aud": CLIENT,
            "sid": self.sid,
            "iat": self.now,
            "exp": self.now + 300,
            **claims,
            **self.id_claims,
        }
        return sign({k: v for k, v in whole.items() if v is not ...}, self.signer)

    def grant_tokens(self, call: Call) -> Reply:
        """Answer as a token endpoint does."""
        form = {name: values[0] for name, values in parse_qs(call.body.decode()).items()}
        kind = form["grant_type"]
        if kind == "authorization_code":
            asked = self.codes.pop(form["code"], None)
            if asked is None or asked["redirect_uri"] != form["redirect_uri"]:
                return json_reply({"error": "invalid_grant"}, 400)
            if (
                "code_challenge" in asked
                and _challenge(form.get("code_verifier", "")) != (asked["code_challenge"])
            ):
                return json_reply({"error": "invalid_grant"}, 400)
            return self._granted(nonce=asked["nonce"])
        if kind == "refresh_token":
            token = form["refresh_token"]
            if token in self.spent:  # reuse: the whole family dies
                self.refresh_tokens.clear()
            if token not in self.refresh_tokens:
                return json_reply({"error": "invalid_grant"}, 400)
            self.refresh_tokens.discard(token)
            self.spent.add(token)
            return self._granted()
        if kind == "password" and form["password"] == "right":
            return self._granted()
        if kind == "client_credentials":
            return json_reply(self.grant)
        return json_reply({"error": "invalid_grant"}, 400)

    def _granted(self, **claims: object) -> Reply:
        access = {
            "iss": ISSUER,
            "sub": self.subject,
            "scope": "openid profile",
            "iat": self.now,
            "exp": self.now + self.lifetime,
            "jti": secrets.token_hex(8),
            **self.access_claims,
        }
        answer: dict[str, Any] = {
            "access_token": sign(access, self.signer),
            "token_type": "Bearer",
            "expires_in": self.lifetime,
            "id_token": self.identity(**claims),
        }
        if self.refreshes:
            answer["refresh_token"] = secrets.token_hex(8)
            self.refresh_tokens.add(answer["refresh_token"])
        return json_reply(answer)


class Scene:
    """A provider, a gateway with one route, and time. Browsers come to it."""

    def __init__(self, provider: LoginProvider | None = None, **config: Any) -> None:
        self.provider = provider or LoginProvider()
        self.world = World(self.provider)
        self.provider.world = self.world
        self.plan = plan_for((plugin, {**PEOPLE, **config}))

    def configured(self, **config: Any) -> None:
        """Configure the route anew; sessions and clocks go on."""
        self.plan = plan_for((plugin, {**PEOPLE, **config}))


class Browser:
    """Keeps cookies as browsers do: by name, until they are deleted."""

    def __init__(self, scene: Scene, *, host: str = "shop.example", scheme: str = "http") -> None:
        self.scene = scene
        self.host = host
        self.scheme = scheme
        self.address = "192.0.2.1"
        self.jar: dict[str, str] = {}

    async def open(
        self,
        url: str = "/page",
        *,
        method: str = "GET",
        navigates: bool | None = True,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Evaluation:
        """Open a page of the gateway, or call it as a script does; keep the cookies it sets.

        navigates: what the browser says of it, None for one that says nothing.
        """
        told = {"Host": self.host}
        if navigates is not None:
            told["Sec-Fetch-Mode"] = "navigate" if navigates else "cors"
        if self.jar:
            told["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        if body:
            told["Content-Type"] = "application/x-www-form-urlencoded"
        path, _, args = url.partition("?")
        request = HttpRequest(
            method=method,
            scheme=self.scheme,
            host=self.host,
            path=path,
            args=args or None,
            headers=Headers([*told.items(), *(headers or {}).items()]),
            body=body,
            address=self.address,
        )
        evaluation = await ask_plan(self.scene.plan, request, world=self.scene.world)
        for line in set_cookies(evaluation):
            name, _, value = line.partition(";")[0].partition("=")
            if "Max-Age=0" in line:
                self.jar.pop(name, None)
            else:
                self.jar[name] = value
        return evaluation

    async def begin(self, url: str = "/page?x=1") -> dict[str, str]:
        """Open a page, be sent to the provider, log in there; return what to bring back."""
        return self.scene.provider.authorize(location(await self.open(url)))

    async def bring(self, answer: Mapping[str, str], path: str = "/page", **how: Any) -> Evaluation:
        """Bring the provider's answer back."""
        return await self.open(f"{path}?{urlencode(answer)}", **how)

    async def log_in(self, url: str = "/page?x=1") -> Evaluation:
        """Go all the way; return what the callback answered."""
        return await self.bring(await self.begin(url), url.partition("?")[0])


def set_cookies(evaluation: Evaluation) -> tuple[str, ...]:
    """Return the Set-Cookie lines of whatever was decided."""
    decision = evaluation.decision
    if isinstance(decision, Reply):
        return decision.headers.all("set-cookie")
    pairs: tuple[tuple[str, str], ...] = ()
    if isinstance(decision, Forward):
        pairs = decision.edits.response_headers
    elif isinstance(decision, Refusal):
        pairs = decision.headers
    return tuple(value for name, value in pairs if name.lower() == "set-cookie")


def location(evaluation: Evaluation) -> str:
    """Return where a redirect leads."""
    assert isinstance(evaluation.decision, Reply), evaluation.decision
    found = evaluation.decision.headers.get("location")
    assert found is not None, evaluation.decision.body.decode()
    return found


def page(evaluation: Evaluation) -> tuple[int, str]:
    """Return status and code of a page."""
    assert isinstance(evaluation.decision, Reply), evaluation.decision
    text = evaluation.decision.body.decode()
    return evaluation.decision.status, text.partition("<dt>Code</dt><dd>")[2].partition("<")[0]


def upstream(evaluation: Evaluation) -> dict[str, str | None]:
    """Return the headers that the upstream is told."""
    assert isinstance(evaluation.decision, Forward), evaluation.decision
    edits = evaluation.decision.edits
    authorization = edits.authorization if isinstance(edits.authorization, str) else None
    return {"Authorization": authorization, **dict(edits.headers)}


def events(evaluation: Evaluation) -> list[tuple[str, str]]:
    """Return name and code of what goes into the audit log."""
    return [(event.name, event.code) for event in evaluation.events]


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")
