"""Session: a cookie that stands for a login that was believed before.

A session that does not count any more is no credential: whoever brings its cookie is as one who
brings nothing, and is asked to log in again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast, final

from gatepost.oidc import Unverified
from gatepost.plugin.attribute import Attribute
from gatepost.plugin.auth_method import Absent, Answer, Json, Proof
from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Runtime
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.ending import Endings
from gatepost.plugins.openid_connect.grants import claims_of, read_token, sources_of
from gatepost.plugins.openid_connect.introspector import Introspector
from gatepost.plugins.openid_connect.judge import Judge
from gatepost.plugins.openid_connect.refreshing import Ended, Refresher
from gatepost.plugins.openid_connect.session import Found, Lookup, Session, Times
from gatepost.plugins.openid_connect.tags import tags_of
from gatepost.values import By, Fault, Secret, Tag, TagKind

_MANY = 3


@dataclass(frozen=True, slots=True)
class _Tokens:
    """The tokens of a session, taken apart; None for what is none, or says nothing to us."""

    access: Unverified | None
    identity: Unverified | None

    @staticmethod
    def of(session: Session) -> "_Tokens":
        access = None if session.opaque else read_token(session.access_token)
        return _Tokens(access, read_token(session.id_token))


@final
class BySession:
    """Takes a session cookie, and keeps alive what it stands for."""

    name = "session"

    def __init__(
        self,
        config: OpenIdConnectConfig,
        lookup: Lookup,
        times: Times,
        refresher: Refresher,
        endings: Endings,
        judge: Judge,
        introspector: Introspector | None,
        *,
        instance: str,
    ) -> None:
        self._config = config
        self._lookup = lookup
        self._times = times
        self._refresher = refresher
        self._endings = endings
        self._judge = judge
        self._introspector = introspector
        self._instance = instance
        jwk = (config.upstream_id_token_jwk_header, config.downstream_id_token_jwk_header)
        keys = (config.upstream_access_token_jwk_header, config.downstream_access_token_jwk_header)
        self._verifies = config.reverify or any(jwk) or any(keys)

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """What ``prove`` reads from a request."""
        more = self._introspector.attributes if self._introspector is not None else ()
        return self._lookup.attributes + more

    async def prove(self, request: Request, runtime: Runtime) -> Answer:
        """Find a session that counts."""
        for _ in range(_MANY):
            look = await self._lookup.look(request, runtime)
            if look.session is None or look.found is None:
                return Absent()
            tokens = _Tokens.of(look.session)
            if not self._wanted_here(look.session, tokens):
                runtime.step("the session is of somebody who may not log in here")
                look.end("session.other_person")
                return Absent()
            outcome = await self._refresher.refreshed(look.session, request, runtime)
            if isinstance(outcome, Ended):
                end = self._endings.revoke if outcome.for_good else self._endings.lapse
                await end(look.session, outcome.code, request, runtime)
                return Absent()
            if outcome is not look.session:
                tokens = _Tokens.of(outcome)
            if not self._stand(outcome, tokens, runtime):
                await self._endings.lapse(look.session, "session.revoked", request, runtime)
                return Absent()
            session = self._in_use(outcome, look.found, runtime)
            lines: tuple[str, ...] | None = ()
            if session is not look.found.session or look.found.aged:
                lines = await self._lookup.keeper.save(session, request, runtime, look.found)
            if lines is not None:
                return await self._proof(session, tokens, lines, request, runtime)
            # Somebody else changed or ended it meanwhile; what lies there now counts.
            request.notes.pop(self._lookup, None)
        runtime.step("the session changes faster than it can be read")
        raise Fault("session.unsettled", "The session is being changed.", by=By.OURS, retry_after=1)

    def _in_use(self, session: Session, found: Found, runtime: Runtime) -> Session:
        """Return the session with what must be written down of its being used."""
        clock = runtime.clock
        if found.lasting:
            now = clock.now()
            return session.with_(began=now, renewed=now, touched=now)
        if session is found.session and not self._times.touch_due(session, clock):
            return session
        now = clock.now()
        if self._times.renew_due(session, clock):
            return session.with_(touched=now, renewed=now)
        return session.with_(touched=now)

    def _wanted_here(self, session: Session, tokens: "_Tokens") -> bool:
        """Return whether the login would have been taken here as well.

        Configurations with one secret and issuer share their sessions, and one may take people of
        more issuers or domains than another.
        """
        config, claims = self._config, claims_of(tokens.identity or tokens.access)
        if not claims:
            return True
        if config.issuers_allowed or config.verify_claims:
            accepted = config.issuers_allowed or (session.issuer,)
            if claims.get("iss") not in accepted:
                return False
        if not config.domains or not config.verify_claims:
            return True
        return claims.get("hd") in config.domains

    def _stand(self, session: Session, tokens: "_Tokens", runtime: Runtime) -> bool:
        """Return whether nothing of its tokens is revoked.

        A person who logged in after a revocation is as good as new, whatever the tokens say.
        """
        tags: list[Tag] = []
        if tokens.access is not None:
            tags += tags_of(tokens.access.payload, session.issuer, instance=self._instance)
        for token in (tokens.access, tokens.identity):
            if token is not None and token.kid is not None:
                tags.append(Tag(TagKind.KEY, (session.issuer, token.kid)))
        return runtime.stands(*tags, issued_at=session.created)

    async def _proof(
        self,
        session: Session,
        tokens: "_Tokens",
        lines: tuple[str, ...],
        request: Request,
        runtime: Runtime,
    ) -> Answer:
        details: dict[str, object] = {
            "session": session,
            "cookies": lines,
            "id_token": session.id_token,
            "refresh_token": session.refresh_token,
        }
        if self._verifies:
            await self._verify(session, details, request, runtime)
        sources = sources_of(claims_of(tokens.access), claims_of(tokens.identity), session.scope)
        ends = self._times.last(session, remember=False)
        if self._introspector is not None and session.opaque:
            answer, until = await self._introspector.ask(session.access_token, request, runtime)
            sources.pop("access_token", None)
            sources["introspection"] = cast(Mapping[str, Json], answer.claims)
            details["introspection"] = answer
            ends = min((end for end in (ends, until) if end is not None), default=None)
        if session.refresh_token is None and session.expires is not None:
            ends = session.expires if ends is None else min(ends, session.expires)
        return Proof(
            self.name,
            issuer=session.issuer,
            subject=session.subject,
            claims=sources,
            access_token=session.access_token,
            ends=ends,
            details=details,
        )

    async def _verify(
        self, session: Session, details: dict[str, object], request: Request, runtime: Runtime
    ) -> None:
        """Verify the tokens anew (``reverify``), which also finds the keys that signed them.

        Of an id token only who signed it: it tells of the login, and may have expired since.
        """
        if not session.opaque:
            access = await self._judge.granted(session.access_token, request, runtime, self.name)
            details["key"] = access.key
        if session.id_token is not None:
            client = self._endings.client(session)
            details["id_key"] = await self._judge.key_of(Secret(session.id_token), client, runtime)
