"""Who we are to the provider: clients and how they authenticate."""

from typing import Annotated, ClassVar

from pydantic import Strict

from gatepost.plugin.shape import Like
from gatepost.plugins.openid_connect.config.kinds import (
    ClientAlgs,
    ClientAuthName,
    ClientAuthNames,
    EndpointUrl,
    Fields,
    HeaderName,
    Record,
    Texts,
    later,
    works,
)
from gatepost.plugins.openid_connect.config.records import Jwk

_Jwks = Annotated[tuple[Annotated[Record, Like(Jwk)], ...], Strict(strict=False)]


class ClientFields(Fields):
    """Entry N of each list belongs to client N; a missing entry falls back to the first."""

    section: ClassVar[str] = "Client and client authentication"

    client_id: Texts | None = works(None, "Client ids at the provider; the first one is used.")
    client_secret: Texts | None = works(None, "Their secrets, in the same order.", secret=True)
    client_auth: ClientAuthNames | None = works(
        None, "How each client authenticates; client_secret_basic, client_secret_post or none."
    )
    client_alg: ClientAlgs | None = later(None, "Signature algorithm of each client's assertions.")
    client_jwk: _Jwks | None = later(None, "Key of each client for private_key_jwt.")
    client_arg: HeaderName = works(
        "client_id", "Header or argument by which a request picks a client, by id or position."
    )
    token_endpoint_auth_method: ClientAuthName | None = works(
        None, "How clients authenticate at the token endpoint, instead of client_auth."
    )
    introspection_endpoint_auth_method: ClientAuthName | None = works(
        None, "How clients authenticate at the introspection endpoint, instead of client_auth."
    )
    revocation_endpoint_auth_method: ClientAuthName | None = works(
        None, "How clients authenticate at the revocation endpoint, instead of client_auth."
    )
    pushed_authorization_request_endpoint_auth_method: ClientAuthName | None = works(
        None, "How clients authenticate where requests are pushed, instead of client_auth."
    )
    tls_client_auth_cert_id: str | None = later(None, "Certificate for client authentication.")
    tls_client_auth_ssl_verify: bool = later(
        True, "Verify the provider's certificate when we show ours."
    )
    mtls_token_endpoint: EndpointUrl | None = later(None, "Token endpoint for mutual TLS.")
    mtls_introspection_endpoint: EndpointUrl | None = later(
        None, "Introspection endpoint for mutual TLS."
    )
    mtls_revocation_endpoint: EndpointUrl | None = later(
        None, "Revocation endpoint for mutual TLS."
    )
