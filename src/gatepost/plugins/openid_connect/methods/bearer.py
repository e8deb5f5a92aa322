"""Bearer: a JWT access token, verified here (RFC 6750, RFC 9068)."""

from collections.abc import Mapping
from typing import cast, final

from gatepost.oidc import Verified
from gatepost.plugin.attribute import Attribute, cookie
from gatepost.plugin.auth_method import Absent, Answer, Json, Place, Proof, Rejected
from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Runtime
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.credentials import BearerPlaces, BearerToken, looks_like_jwt
from gatepost.plugins.openid_connect.introspector import Introspector
from gatepost.plugins.openid_connect.judge import Judge
from gatepost.plugins.openid_connect.methods.attempt import attempt
from gatepost.plugins.openid_connect.tags import issued_at, tags_of
from gatepost.values import By, Fault, Tag


@final
class Bearer:
    """Takes what has the shape of a JWT; the rest is left to introspection where that is on."""

    name = "bearer"

    def __init__(
        self,
        config: OpenIdConnectConfig,
        judge: Judge,
        introspector: Introspector | None,
        *,
        opaque_is_mine: bool,
        instance: str,
    ) -> None:
        self._places = BearerPlaces(config)
        self._judge = judge
        self._introspector = introspector if config.introspect_jwt_tokens else None
        self._opaque_is_mine = opaque_is_mine
        self._instance = instance
        self._issuer = config.issuer
        self._cookie = config.jwt_session_cookie
        self._claim = config.jwt_session_claim

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """What ``prove`` reads from a request."""
        found = self._places.attributes
        if self._cookie:
            found += (cookie(self._cookie),)
        return found + (self._introspector.attributes if self._introspector else ())

    async def prove(self, request: Request, runtime: Runtime) -> Answer:
        """Find an access token and verify it."""

        async def judge(found: BearerToken) -> Answer:
            if looks_like_jwt(found.text):
                return await self._judged(found.text, found.places, request, runtime)
            if not self._opaque_is_mine:
                return Absent()
            return Rejected("token.malformed", "The token is not a JWT.", found.places)

        return await attempt(self._places, request, runtime, judge)

    async def _judged(
        self, token: str, places: tuple[Place, ...], request: Request, runtime: Runtime
    ) -> Answer:
        runtime.rests_on(Tag.token(token))
        verified = await self._judge.jwt(token, request, runtime, method=self.name)
        claims = cast(Mapping[str, Json], verified.claims)
        tags = tags_of(claims, self._issuer, instance=self._instance, key=verified.key)
        runtime.rests_on(*tags, issued_at=issued_at(claims))
        self._check_session(verified, request)
        sources, ends = {"access_token": claims}, verified.until
        details: dict[str, object] = {"key": verified.key}
        if self._introspector is not None:
            answer, until = await self._introspector.ask(token, request, runtime)
            sources["introspection"] = cast(Mapping[str, Json], answer.claims)
            details["introspection"] = answer
            ends = min((end for end in (ends, until) if end is not None), default=None)
        issuer, subject = claims.get("iss"), claims.get("sub")
        return Proof(
            self.name,
            places,
            issuer=issuer if isinstance(issuer, str) else None,
            subject=subject if isinstance(subject, str) else None,
            claims=sources,
            access_token=token,
            ends=ends,
            details=details,
        )

    def _check_session(self, verified: Verified, request: Request) -> None:
        """Compare a claim with the cookie that must hold the same (``jwt_session_cookie``)."""
        if not self._cookie:
            return
        values = request.cookie(self._cookie)
        if len(values) != 1 or verified.claims.get(self._claim) != values[0]:
            raise Fault(
                "token.session",
                "The token does not belong to the session of its cookie.",
                by=By.CLIENT,
            )
