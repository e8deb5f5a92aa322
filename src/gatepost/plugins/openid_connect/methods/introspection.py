"""Introspection: an access token that the provider is asked about (RFC 7662)."""

from collections.abc import Mapping
from typing import cast, final

from gatepost.plugin.attribute import Attribute
from gatepost.plugin.auth_method import Absent, Answer, Json, Proof, Rejected
from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Runtime
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.credentials import BearerPlaces, Unreadable
from gatepost.plugins.openid_connect.introspector import Introspector
from gatepost.values import By, Fault


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
        found = self._places.find(request)
        if found is None:
            return Absent()
        if isinstance(found, Unreadable):
            return Rejected(found.code, found.reason, found.places)
        try:
            answer, until = await self._introspector.ask(found.text, request, runtime)
        except Fault as fault:
            if fault.by is not By.CLIENT:
                raise
            runtime.step("token refused", code=fault.code, cause=fault.cause)
            return Rejected(fault.code, fault.message, found.places)
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
