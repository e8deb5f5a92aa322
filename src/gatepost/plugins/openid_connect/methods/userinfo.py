"""Userinfo: an access token that is good for asking who its user is (OpenID Connect Core 1.0, 5.3).

The provider's answer is the proof. For whom the token was issued it does not say, so whoever may
have tokens of this provider gets in: access is decided by the claims.
"""

from collections.abc import Mapping
from typing import cast, final

from gatepost.plugin.attribute import Attribute
from gatepost.plugin.auth_method import Answer, Json, Proof, Rejected
from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Runtime
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.credentials import BearerPlaces, BearerToken
from gatepost.plugins.openid_connect.methods.attempt import attempt
from gatepost.plugins.openid_connect.provider import Source
from gatepost.plugins.openid_connect.user_information import UserInformation


@final
class ByUserinfo:
    """Takes every access token that bearer and introspection left."""

    name = "userinfo"

    def __init__(
        self, config: OpenIdConnectConfig, source: Source, information: UserInformation
    ) -> None:
        self._places = BearerPlaces(config)
        self._named = config.methods_named
        self._source = source
        self._information = information

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """What ``prove`` reads from a request."""
        return self._places.attributes + self._information.attributes

    async def prove(self, request: Request, runtime: Runtime) -> Answer:
        """Find an access token and ask the provider about its user."""

        async def judge(found: BearerToken) -> Answer:
            return await self._asked(found, request, runtime)

        return await attempt(self._places, request, runtime, judge)

    async def _asked(self, found: BearerToken, request: Request, runtime: Runtime) -> Answer:
        if not self._named:
            provider = await self._source.provider(runtime, endpoint="userinfo_endpoint")
            if provider.userinfo_endpoint is None:
                # Nobody asked for this method by name, so that it cannot work is no outage.
                return Rejected("token.malformed", "The token is not a JWT.", found.places)
        answer = await self._information.ask(found.text, None, request, runtime)
        claims = cast(Mapping[str, Json], answer.claims)
        subject = claims.get("sub")
        return Proof(
            self.name,
            found.places,
            issuer=await self._source.issuer(runtime),
            subject=subject if isinstance(subject, str) else None,
            claims={"userinfo": claims},
            access_token=found.text,
            details={"userinfo": answer},
        )
