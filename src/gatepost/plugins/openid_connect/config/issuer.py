"""The provider: its issuer, discovery, keys, endpoints."""

from typing import Annotated, ClassVar

from pydantic import Field

from gatepost.plugins.openid_connect.config.kinds import (
    EndpointUrl,
    EndpointUrls,
    Fields,
    HeaderNames,
    Seconds,
    Texts,
    later,
    works,
)


class IssuerFields(Fields):
    """Only ``issuer`` is required."""

    section: ClassVar[str] = "Issuer, discovery, keys, endpoints"

    issuer: Annotated[str, Field(min_length=1)] = works(
        ..., "The issuer, or the address of its discovery document."
    )
    using_pseudo_issuer: bool = works(
        False, "The issuer is only a name: never run discovery, all endpoints are configured."
    )
    discovery_headers_names: HeaderNames | None = works(
        None, "Headers to send when fetching the discovery document."
    )
    discovery_headers_values: Texts | None = works(None, "Their values, in order.", secret=True)
    jwks_endpoint: EndpointUrl | None = works(None, "Address of the keys, instead of discovery's.")
    extra_jwks_uris: EndpointUrls | None = works(
        None, "Further addresses of trusted keys, asked when the provider's own do not fit."
    )
    rediscovery_lifetime: Seconds = works(
        30, "Seconds between two attempts to fetch the keys anew for an unknown key id."
    )
    issuers_allowed: Texts | None = works(
        None, "Accepted values of iss; replaces the rule that it equals the issuer."
    )
    token_endpoint: EndpointUrl | None = works(None, "Token endpoint, instead of discovery's.")
    introspection_endpoint: EndpointUrl | None = works(
        None, "Introspection endpoint, instead of discovery's."
    )
    authorization_endpoint: EndpointUrl | None = works(
        None, "Authorization endpoint, instead of discovery's."
    )
    userinfo_endpoint: EndpointUrl | None = works(
        None, "Userinfo endpoint, instead of discovery's."
    )
    revocation_endpoint: EndpointUrl | None = works(
        None, "Revocation endpoint, instead of discovery's."
    )
    end_session_endpoint: EndpointUrl | None = works(
        None, "End-session endpoint, instead of discovery's."
    )
    pushed_authorization_request_endpoint: EndpointUrl | None = works(
        None, "Where authorization requests are pushed, instead of discovery's."
    )
    token_exchange_endpoint: EndpointUrl | None = later(
        None, "Where an access token is traded for another one by a plain POST."
    )
    verify_parameters: bool = later(
        False, "Compare this configuration with the discovery document."
    )
