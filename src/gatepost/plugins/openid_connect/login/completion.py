"""What follows a login: a session, and what the browser or the client gets (``login_action``)."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Final, cast, final
from urllib.parse import urlencode, urlsplit, urlunsplit

import msgspec

from gatepost.oidc import Introspection
from gatepost.plugin.auth_method import Proof
from gatepost.plugin.decision import Edits
from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Runtime
from gatepost.plugins.openid_connect.clients import Clients
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.grants import Granted, session_of
from gatepost.plugins.openid_connect.introspector import Introspector
from gatepost.plugins.openid_connect.login.flow import Flow, Flows
from gatepost.plugins.openid_connect.login.trail import Trails
from gatepost.plugins.openid_connect.login.words import failed
from gatepost.plugins.openid_connect.pages import render
from gatepost.plugins.openid_connect.session import Lookup, Session
from gatepost.plugins.openid_connect.session.cookies import as_headers
from gatepost.values import Fault, Headers, Reply

MAKES_SESSIONS: Final = ("authorization_code", "password")
"""Methods by which people log in. Whoever shows a token with each request needs no session."""

_ANSWER: Final = ("code", "error", "error_description", "iss", "response", "session_state", "state")


def keeping(config: OpenIdConnectConfig) -> tuple[str, ...]:
    """Return the methods that make a session as configured."""
    if "session" not in config.methods:
        return ()
    return tuple(name for name in MAKES_SESSIONS if name not in (config.disable_session or ()))


@final
class Completion:
    """Makes sessions and answers of what was granted."""

    def __init__(
        self,
        config: OpenIdConnectConfig,
        clients: Clients,
        lookup: Lookup,
        flows: Flows,
        trails: Trails,
        introspector: Introspector,
    ) -> None:
        self._config = config
        self._clients = clients
        self._lookup = lookup
        self._flows = flows
        self._trails = trails
        self._introspector = introspector
        self._keeps = keeping(config)

    async def session(
        self, proof: Proof, request: Request, runtime: Runtime
    ) -> tuple[Proof, tuple[str, ...]]:
        """Make a session of what was just granted, where one is wanted.

        Return the proof, with the session in its details, and the Set-Cookie lines.
        """
        granted, created = proof.details.get("granted"), proof.details.get("created")
        if not isinstance(granted, Granted) or not isinstance(created, float):
            return proof, _cookies(proof)
        flow = proof.details.get("flow")
        lines: tuple[str, ...] = ()
        if proof.method in self._keeps:
            session = self._session(granted, created, flow, request)
            lines = await self._lookup.keeper.save(session, request, runtime) or ()
            proof = _with(proof, session=session)
            told = {"session": session.id, "subject": session.subject}
        else:
            told = {"subject": granted.subject}
        if isinstance(flow, Flow):
            lines += self._flows.forget(flow.name, request)
            lines += self._trails.write(flow.name, flow.target, request, runtime)
        runtime.tell("login.done", proof.method, client=granted.client.id, **told)
        return proof, lines

    async def answer(
        self, proof: Proof, lines: tuple[str, ...], request: Request, runtime: Runtime
    ) -> Reply | Edits:
        """Return what ``login_action`` wants: an answer, or how the request goes upstream.

        A browser that has just logged in goes to the page that it opened, with a clean address and
        a session, whatever the action: what it brought from the provider is nobody else's.
        """
        config, flow = self._config, proof.details.get("flow")
        action = config.login_action if proof.method in config.login_methods else "upstream"
        if action == "response":
            return _json(await self._told(proof, request, runtime), lines)
        if action == "redirect":
            target = self._target(proof, flow)
            if target is not None:
                told = await self._told(proof, request, runtime)
                return _redirect(_with_tokens(target, told, config.login_redirect_mode), lines)
        if not isinstance(flow, Flow):
            return Edits(response_headers=_unshared(lines))
        if proof.method in self._keeps:
            return _redirect(flow.target, lines)
        # Without a session there is no other request that could take the place of this one.
        query = urlsplit(flow.target).query
        return Edits(args=query, remove_args=_ANSWER, response_headers=_unshared(lines))

    def failed(self, fault: Fault, proof: Proof, request: Request, runtime: Runtime) -> Reply:
        """Answer with a page for a login whose tokens were good, and whose person is not believed.

        It is over as any other that failed: it leaves no cookie.
        """
        runtime.tell("login.failed", fault.code, cause=fault.cause)
        return render(failed(fault), request, headers=as_headers(self.denied(proof, request)))

    def denied(self, proof: Proof, request: Request) -> tuple[str, ...]:
        """Return the Set-Cookie lines for a login that leads to nothing."""
        flow = proof.details.get("flow")
        return self._flows.forget(flow.name, request) if isinstance(flow, Flow) else ()

    def _session(self, granted: Granted, created: float, flow: object, request: Request) -> Session:
        """Return the session of a grant. The same login, told twice, makes the same session."""
        secret = flow.nonce if isinstance(flow, Flow) else granted.tokens.access_token.reveal()
        ident = hashlib.sha256(f"gatepost session\n{secret}".encode()).hexdigest()[:32]
        return session_of(granted, ident=ident, created=created, bound=self._lookup.bound(request))

    def _target(self, proof: Proof, flow: object) -> str | None:
        """Return where to redirect to; None where every redirect would come back here."""
        granted = proof.details.get("granted")
        uris = self._config.login_redirect_uri
        if uris and isinstance(granted, Granted):
            return self._clients.entry(uris, granted.client)
        if uris:
            return uris[0]
        return flow.target if isinstance(flow, Flow) else None

    async def _told(self, proof: Proof, request: Request, runtime: Runtime) -> dict[str, object]:
        """Return the tokens that ``login_tokens`` names."""
        wanted, granted = self._config.login_tokens or (), proof.details.get("granted")
        if "tokens" in wanted and isinstance(granted, Granted):
            return dict(granted.tokens.raw)
        if "introspection" in wanted and proof.access_token is not None:
            answer = proof.details.get("introspection")
            if not isinstance(answer, Introspection):
                answer, _ = await self._introspector.ask(proof.access_token, request, runtime)
            return dict(answer.claims)
        return dict(_tokens(proof, wanted))


def _tokens(proof: Proof, wanted: tuple[str, ...]) -> Iterator[tuple[str, object]]:
    for name in wanted:
        value = proof.access_token if name == "access_token" else proof.details.get(name)
        if isinstance(value, str):
            yield name, value


def _cookies(proof: Proof) -> tuple[str, ...]:
    lines = proof.details.get("cookies")
    return cast("tuple[str, ...]", lines) if isinstance(lines, tuple) else ()


def _with(proof: Proof, **details: object) -> Proof:
    return msgspec.structs.replace(proof, details={**proof.details, **details})


def _unshared(lines: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return Set-Cookie lines for an answer of the upstream, which then is for this browser alone.

    A cache between us and the browser may keep an answer that sets cookies (RFC 9111, 7.3), and
    would hand the session to whoever asks next.
    """
    return (("Cache-Control", "no-store"), *as_headers(lines)) if lines else ()


def _with_tokens(target: str, told: Mapping[str, object], mode: str) -> str:
    if not told:
        return target
    pairs = [
        (name, value if isinstance(value, str) else json.dumps(value, separators=(",", ":")))
        for name, value in told.items()
    ]
    parts = urlsplit(target)
    if mode == "fragment":
        return urlunsplit(parts._replace(fragment=urlencode(pairs)))
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, urlencode(pairs))))))


def _redirect(target: str, lines: tuple[str, ...]) -> Reply:
    """Send the browser on by GET, also when the provider's answer was posted (RFC 9110, 15.4.4)."""
    fields = [
        ("Location", target),
        ("Cache-Control", "no-store"),
        ("Referrer-Policy", "no-referrer"),
    ]
    return Reply(303, Headers([*fields, *as_headers(lines)]))


def _json(content: Mapping[str, object], lines: tuple[str, ...]) -> Reply:
    fields = [("Content-Type", "application/json"), ("Cache-Control", "no-store")]
    body = json.dumps(content, separators=(",", ":")).encode()
    return Reply(200, Headers([*fields, *as_headers(lines)]), body)
