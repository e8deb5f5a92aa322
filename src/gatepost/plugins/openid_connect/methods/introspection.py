"""Introspection: an access token that the provider is asked about (RFC 7662)."""

from collections.abc import Mapping
from typing import cast, final

from gatepost.plugin.attribute import Attribute
from gatepost.plugin.auth_method import Answer, Json, Proof
from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Runtime
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.credentials import BearerPlaces, BearerToken
from gatepost.plugins.openid_connect.introspector import Introspector
from gatepost.plugins.openid_connect.methods.attempt import attempt


@final
class ByIntrospection:
    """Takes every access token that bearer left."""

    name = "introspection"

    def __init__(self, config: OpenIdConnectConfig, introspector: Introspector) -> None:
        self._places = BearerPlaces(config)
        self._introspector = introspector

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """What ``prove`` reads from a request."""
        return self._places.attributes + self._introspector.attributes

    async def prove(self, request: Request, runtime: Runtime) -> Answer:
        """Find an access token and ask the provider about it."""

        async def judge(found: BearerToken) -> Answer:
            return await self._asked(found, request, runtime)

        return await attempt(self._places, request, runtime, judge)

    async def _asked(self, found: BearerToken, request: Request, runtime: Runtime) -> Answer:
        answer, until = await self._introspector.ask(found.text, request, runtime)
        claims = cast(Mapping[str, Json], answer.claims)
        issuer, subject = claims.get("iss"), claims.get("sub")
        return Proof(
            self.name,
            found.places,
            issuer=issuer if isinstance(issuer, str) else None,
            subject=subject if isinstance(subject, str) else None,
            claims={"introspection": claims},
            access_token=found.text,
            ends=until,
            details={"introspection": answer},
        )
