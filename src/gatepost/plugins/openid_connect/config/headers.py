"""What the upstream and the client are told in headers."""

from typing import Annotated, ClassVar

from pydantic import Strict

from gatepost.plugins.openid_connect.config.kinds import (
    ClaimPath,
    Fields,
    HeaderName,
    HeaderNames,
    Texts,
    works,
)


class HeaderClaim(Fields):
    """One header made from one claim."""

    header: HeaderName = works(..., "Name of the header.")
    path: ClaimPath = works(..., "Where the claim is.")


HeaderClaims = Annotated[tuple[HeaderClaim, ...], Strict(strict=False)]


class HeaderFields(Fields):
    """Underscores in header names are written as hyphens."""

    section: ClassVar[str] = "Headers"

    upstream_headers: HeaderClaims | None = works(None, "Headers from claims, for the upstream.")
    upstream_headers_claims: Texts | None = works(None, "Older form: top-level claims …")
    upstream_headers_names: HeaderNames | None = works(None, "… and their headers, in order.")
    upstream_access_token_header: str | None = works(
        "authorization:bearer",
        "Header for the access token; null or nil sends none.",
        referenceable=False,
    )
    upstream_access_token_jwk_header: HeaderName | None = works(
        None, "Header for the key that signed the access token (base64 of its JWK)."
    )
    upstream_introspection_header: HeaderName | None = works(
        None, "Header for the introspection answer (base64 of its JSON)."
    )
    upstream_introspection_jwt_header: HeaderName | None = works(
        None, "Header for a signed introspection answer."
    )
    upstream_id_token_header: HeaderName | None = works(None, "Header for the id token.")
    upstream_id_token_jwk_header: HeaderName | None = works(
        None, "Header for the id token's key (base64 of its JWK)."
    )
    upstream_refresh_token_header: HeaderName | None = works(None, "Header for the refresh token.")
    upstream_user_info_header: HeaderName | None = works(
        None, "Header for the userinfo answer (base64 of its JSON)."
    )
    upstream_user_info_jwt_header: HeaderName | None = works(None, "Header for signed userinfo.")
    upstream_session_id_header: HeaderName | None = works(None, "Header for the session id.")
    downstream_headers: HeaderClaims | None = works(None, "Headers from claims, for the client.")
    downstream_headers_claims: Texts | None = works(None, "Older form: top-level claims …")
    downstream_headers_names: HeaderNames | None = works(None, "… and their headers, in order.")
    downstream_access_token_header: str | None = works(
        None, "Header for the access token, for the client.", referenceable=False
    )
    downstream_access_token_jwk_header: HeaderName | None = works(
        None, "Header for the key that signed it, for the client (base64 of its JWK)."
    )
    downstream_introspection_header: HeaderName | None = works(
        None, "Header for the introspection answer, for the client (base64 of its JSON)."
    )
    downstream_introspection_jwt_header: HeaderName | None = works(
        None, "Header for a signed introspection answer, for the client."
    )
    downstream_id_token_header: HeaderName | None = works(
        None, "Header for the id token, for the client."
    )
    downstream_id_token_jwk_header: HeaderName | None = works(
        None, "Header for the id token's key, for the client (base64 of its JWK)."
    )
    downstream_refresh_token_header: HeaderName | None = works(
        None, "Header for the refresh token, for the client."
    )
    downstream_user_info_header: HeaderName | None = works(
        None, "Header for the userinfo answer, for the client (base64 of its JSON)."
    )
    downstream_user_info_jwt_header: HeaderName | None = works(
        None, "Header for signed userinfo, for the client."
    )
    downstream_session_id_header: HeaderName | None = works(
        None, "Header for the session id, for the client."
    )
