"""People log in to the Admin API at the team's own provider; groups say which role they have.

The authorization code flow with PKCE, state and nonce, over the same protocol code that the gateway
uses (OpenID Connect Core 1.0, 3.1). What is remembered of a login under way, and of one that is
done, travels sealed in cookies, so that every control plane of an installation takes them.
"""

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, final

import msgspec

from gatepost.admin.caller import Caller, Role
from gatepost.admin.issuers import FRESH, asked
from gatepost.oidc import (
    ASYMMETRIC,
    AuthorizationRequest,
    Client,
    ExpectedIdToken,
    KeySet,
    Provider,
    UnknownKey,
    authorization,
    claims,
    client_auth,
    id_token,
    local_target,
    pkce,
    token,
)
from gatepost.plugin.sealing import NotOurs, Seal, as_text, derive, from_text
from gatepost.values import By, Fault, FixedClock, Secret
from gatepost.values.call import Fetch

MINUTES = 600.0
"""Seconds that somebody has for logging in."""

_LONGEST_NAME = 255
_NAMES = ("preferred_username", "email", "name", "sub")


@dataclass(frozen=True, slots=True)
class LoginSettings:
    """How people log in.

    url: the Admin API as a browser reaches it, without a slash at the end; its ``/auth/callback``
    is registered at the provider. roles: the groups that give each role; ``*`` is everybody. The
    strongest role that fits counts. seconds: how long a login lasts.
    """

    issuer: str
    client_id: str
    url: str
    roles: Mapping[Role, tuple[str, ...]]
    client_secret: Secret | None = field(default=None, repr=False)
    groups_claim: tuple[str, ...] = ("groups",)
    scopes: tuple[str, ...] = ("openid", "profile", "email", "groups")
    seconds: float = 3600.0

    @property
    def redirect_uri(self) -> str:
        """Where the provider sends the browser back to."""
        return f"{self.url}/auth/callback"

    def role_of(self, groups: frozenset[str]) -> Role | None:
        """Return the strongest role that somebody's groups give; None when they give none."""
        fitting = [
            role
            for role, wanted in self.roles.items()
            if "*" in wanted or not groups.isdisjoint(wanted)
        ]
        return max(fitting, default=None)


class Step(NamedTuple):
    """Where a browser is sent next, and the sealed text that it brings along."""

    location: str
    sealed: str


@dataclass
class _Known:
    provider: Provider
    keys: KeySet
    at: float


@final
class Logins:
    """Begins and ends logins. secret: 32 bytes or more that all control planes share."""

    def __init__(self, settings: LoginSettings, fetch: Fetch, secret: bytes) -> None:
        self.settings = settings
        self._fetch = fetch
        self._flows = Seal([derive(secret, "admin login flow")])
        self._logins = Seal([derive(secret, "admin login")])
        self._known: _Known | None = None
        self._client = Client(settings.client_id, settings.client_secret)

    async def begin(self, wanted: str | None) -> Step:
        """Begin a login. wanted: a path of ours to go to afterwards.

        Raises Fault(by=PROVIDER) when the provider is away.
        """
        provider = (await self._provider()).provider
        verifier = pkce.verifier(secrets.token_bytes(pkce.CHANCE))
        flow = {
            "state": secrets.token_urlsafe(32),
            "nonce": secrets.token_urlsafe(32),
            "verifier": verifier,
            "to": local_target(wanted or "/") or "/",
            "until": time.time() + MINUTES,
        }
        request = AuthorizationRequest(
            client_id=self.settings.client_id,
            redirect_uri=self.settings.redirect_uri,
            state=str(flow["state"]),
            nonce=str(flow["nonce"]),
            scopes=self._scopes(provider),
            code_challenge=pkce.challenge(verifier),
        )
        endpoint = provider.require("authorization_endpoint")
        return Step(authorization.url(endpoint, request.parameters()), self._close(flow))

    async def complete(self, parameters: Sequence[tuple[str, str]], sealed: str) -> Step:
        """Take what a browser brought back from the provider, with the flow that it began with.

        Returns where to go, and the sealed login. Raises Fault(by=CLIENT) when it is not believed
        or when the person has no role (``admin.no_role``), Fault(by=PROVIDER).
        """
        flow = self._open(sealed)
        known = await self._provider()
        answer = authorization.read(
            parameters,
            issuer=known.provider.issuer,
            iss_promised=known.provider.authorization_response_iss_parameter_supported,
        )
        if not secrets.compare_digest(answer.state.encode(), str(flow["state"]).encode()):
            raise Fault("admin.login", "This answer belongs to another login.", by=By.CLIENT)
        method = client_auth.choose_method(
            self._client, None, known.provider.token_endpoint_auth_methods_supported
        )
        call = token.authorization_code(
            known.provider.require("token_endpoint"),
            self._client,
            method,
            code=answer.code,
            redirect_uri=self.settings.redirect_uri,
            verifier=str(flow["verifier"]),
        )
        tokens = token.read(await self._fetch(call))
        if tokens.id_token is None:
            raise Fault("admin.login", "The provider did not say who logged in.", by=By.CLIENT)
        expected = ExpectedIdToken(
            issuer=known.provider.issuer,
            client_id=self.settings.client_id,
            nonce=str(flow["nonce"]),
            access_token=tokens.access_token,
            code=answer.code,
            algorithms=ASYMMETRIC,
            leeway=5.0,
        )
        return Step(str(flow["to"]), self._login(await self._believed(tokens.id_token, expected)))

    async def caller(self, sealed: str) -> Caller | None:
        """Return who a login's cookie stands for; None when it is none, or over."""
        try:
            held = msgspec.json.decode(
                self._logins.open(from_text(sealed), bound_to=self._bound), type=dict[str, Any]
            )
        except (NotOurs, msgspec.DecodeError):
            return None
        if held["until"] <= time.time():
            return None
        return Caller(
            str(held["name"]), Role(held["role"]), "login", ident=str(held.get("sub", ""))
        )

    async def _believed(self, given: Secret, expected: ExpectedIdToken) -> Mapping[str, object]:
        """Return the claims of an id token; with the keys fetched anew when none of them fits."""
        for again in (False, True):
            keys = (await self._provider(again=again)).keys
            try:
                clock = FixedClock(time.time())
                return id_token.verify(given.reveal(), keys, expected, clock).claims
            except UnknownKey:
                if again:
                    raise
        raise AssertionError("both tries end above")

    def _login(self, believed: Mapping[str, object]) -> str:
        groups = claims.words(claims.look_up(believed, self.settings.groups_claim))
        role = self.settings.role_of(groups)
        name = _printable(next(str(believed[one]) for one in _NAMES if believed.get(one)))
        if role is None:
            raise Fault(
                "admin.no_role",
                "You are logged in, but none of your groups may use this Admin API. Ask for a "
                "group that admin_oidc_roles names.",
                by=By.CLIENT,
            )
        held = {
            "name": name,
            "sub": _printable(str(believed["sub"])),
            "role": int(role),
            "until": time.time() + self.settings.seconds,
        }
        content = msgspec.json.encode(held)
        return as_text(
            self._logins.close(content, bound_to=self._bound, random=secrets.token_bytes)
        )

    @property
    def _bound(self) -> bytes:
        """What a login is good for: another client or issuer is another login."""
        return f"{self.settings.issuer}\n{self.settings.client_id}".encode()

    def _close(self, flow: Mapping[str, object]) -> str:
        content = msgspec.json.encode(flow)
        return as_text(self._flows.close(content, bound_to=self._bound, random=secrets.token_bytes))

    def _open(self, sealed: str) -> dict[str, Any]:
        try:
            flow = msgspec.json.decode(
                self._flows.open(from_text(sealed), bound_to=self._bound), type=dict[str, Any]
            )
        except (NotOurs, msgspec.DecodeError):
            flow = {"until": 0.0}
        if flow["until"] <= time.time():
            raise Fault(
                "admin.login", "No login is under way in this browser. Begin anew.", by=By.CLIENT
            )
        return flow

    def _scopes(self, provider: Provider) -> tuple[str, ...]:
        """Return the scopes that the provider knows, where it says which those are."""
        known = claims.words(provider.document.get("scopes_supported"))
        wanted = self.settings.scopes
        return tuple(one for one in wanted if one == "openid" or not known or one in known)

    async def _provider(self, *, again: bool = False) -> _Known:
        now = time.monotonic()
        if again or self._known is None or now - self._known.at > FRESH:
            self._known = _Known(*await asked(self._fetch, self.settings.issuer), now)
        return self._known


def _printable(text: str) -> str:
    """Return a name that somebody chose at their provider as it may stand in a log, cut."""
    return "".join(one for one in text if one.isprintable())[:_LONGEST_NAME]
