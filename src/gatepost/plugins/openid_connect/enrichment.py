"""What is learned about a caller beside the credential: an id token sent along, userinfo."""

from collections.abc import Mapping
from typing import cast, final

import msgspec

from gatepost.oidc import Userinfo
from gatepost.plugin.attribute import Attribute
from gatepost.plugin.auth_method import Json, Proof
from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Runtime
from gatepost.plugins.openid_connect.clients import Clients
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.credentials import TokenPlaces, Unreadable
from gatepost.plugins.openid_connect.judge import Judge
from gatepost.plugins.openid_connect.tags import issued_at, tags_of
from gatepost.plugins.openid_connect.user_information import UserInformation
from gatepost.values import By, Fault, Secret

_TOLD = (
    "upstream_user_info_header",
    "upstream_user_info_jwt_header",
    "downstream_user_info_header",
    "downstream_user_info_jwt_header",
)


@final
class Enrichment:
    """Adds sources of claims to a proof, as configured."""

    def __init__(
        self,
        config: OpenIdConnectConfig,
        clients: Clients,
        judge: Judge,
        information: UserInformation,
        *,
        instance: str,
    ) -> None:
        self._clients = clients
        self._judge = judge
        self._information = information
        self._instance = instance
        self._asks = config.search_user_info or any(getattr(config, name) for name in _TOLD)
        self._searches = config.search_user_info
        name = config.id_token_param_name
        self._places = TokenPlaces(config.id_token_param_type, name) if name else None

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """What ``enrich`` reads from a request."""
        found = self._places.attributes + self._clients.attributes if self._places else ()
        return found + (self._information.attributes if self._asks else ())

    async def enrich(self, proof: Proof, request: Request, runtime: Runtime) -> Proof:
        """Return the proof with what else is known.

        Raises Fault(by=CLIENT) for an id token that is not believed or speaks of somebody else, and
        Fault(by=PROVIDER) when what was asked for is not known.
        """
        if self._places is not None and "id_token" not in proof.claims:
            proof = await self._accompanied(proof, self._places, request, runtime)
        if self._asks and proof.access_token is not None and "userinfo" not in proof.details:
            answer = await self._information.ask(
                proof.access_token, proof.subject, request, runtime
            )
            proof = _with_userinfo(proof, answer, searched=self._searches)
        return proof

    async def _accompanied(
        self, proof: Proof, places: TokenPlaces, request: Request, runtime: Runtime
    ) -> Proof:
        found = places.find(request)
        if found is None:
            return proof
        if isinstance(found, Unreadable):
            raise Fault(found.code, found.reason, by=By.CLIENT)
        client = self._clients.chosen(request)
        if client is None:
            raise Fault("config.no_client", "An id token needs client_id.", by=By.OPERATOR)
        verified = await self._judge.id_token(
            Secret(found.text), client, runtime, method=proof.method
        )
        claims = cast(Mapping[str, Json], verified.claims)
        if proof.subject is not None and claims.get("sub") != proof.subject:
            raise Fault(
                "id_token.other_subject",
                "The id token that was sent along is about somebody else.",
                by=By.CLIENT,
            )
        tags = tags_of(claims, proof.issuer or "", instance=self._instance, key=verified.key)
        runtime.rests_on(*tags, issued_at=issued_at(claims))
        ends = [end for end in (proof.ends, verified.until) if end is not None]
        return msgspec.structs.replace(
            proof,
            places=proof.places + found.places,
            claims=_in_order(proof.claims, "id_token", claims),
            ends=min(ends, default=None),
            details={**proof.details, "id_token": found.text, "id_key": verified.key},
        )


def _with_userinfo(proof: Proof, answer: Userinfo, *, searched: bool) -> Proof:
    claims = proof.claims
    if searched:
        claims = {**claims, "userinfo": cast(Mapping[str, Json], answer.claims)}
    return msgspec.structs.replace(
        proof, claims=claims, details={**proof.details, "userinfo": answer}
    )


def _in_order(
    sources: Mapping[str, Mapping[str, Json]], name: str, claims: Mapping[str, Json]
) -> dict[str, Mapping[str, Json]]:
    """Put a source behind the access token, where it is searched."""
    first = {key: value for key, value in sources.items() if key == "access_token"}
    rest = {key: value for key, value in sources.items() if key != "access_token"}
    return {**first, name: claims, **rest}
