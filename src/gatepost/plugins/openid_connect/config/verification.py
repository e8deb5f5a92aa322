"""How a token is judged: signature, claims, proof of possession."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, Strict

from gatepost.plugin.shape import Like
from gatepost.plugins.openid_connect.config.kinds import (
    Fields,
    Record,
    Seconds,
    Texts,
    later,
    works,
)
from gatepost.plugins.openid_connect.config.records import CertificateHeader

_Ignorable = Literal[
    "authorization_code",
    "client_credentials",
    "introspection",
    "password",
    "refresh_token",
    "session",
    "userinfo",
]
_Proof = Literal["off", "optional", "strict"]
IdTokenAlg = Literal[
    "EdDSA",
    "ES256",
    "ES384",
    "ES512",
    "HS256",
    "HS384",
    "HS512",
    "PS256",
    "PS384",
    "PS512",
    "RS256",
    "RS384",
    "RS512",
]


class VerificationFields(Fields):
    """Kong's defaults; ``strict_access_tokens`` and ``id_token_signed_response_alg`` are ours."""

    section: ClassVar[str] = "Verification"

    verify_signature: bool = works(True, "Check the signatures of tokens.")
    verify_claims: bool = works(True, "Check issuer, times and audience type of tokens.")
    verify_nonce: bool = works(True, "Check the nonce of a login.")
    ignore_signature: Annotated[tuple[_Ignorable, ...], Strict(strict=False)] = works(
        (), "Methods whose tokens are believed without checking their signature."
    )
    enable_hs_signatures: bool = works(
        False, "Accept tokens signed with the client secret (HS256, HS384, HS512)."
    )
    leeway: Seconds = works(0, "Seconds by which clocks may differ.")
    domains: Texts | None = works(None, "Accepted values of the claim hd.")
    max_age: Seconds | None = works(
        None, "Seconds since the user authenticated (auth_time) that are accepted at most."
    )
    jwt_session_cookie: Annotated[str, Field(min_length=1)] | None = works(
        None, "Cookie whose value must equal a claim of a JWT."
    )
    jwt_session_claim: Annotated[str, Field(min_length=1)] = works(
        "sid", "The claim that this cookie must equal."
    )
    introspect_jwt_tokens: bool = works(
        False, "Ask the provider about JWTs as well, after verifying them."
    )
    reverify: bool = works(
        False, "Verify the tokens of a session whenever it is judged, and not at the login alone."
    )
    id_token_signed_response_alg: IdTokenAlg | None = works(
        None, "The one algorithm of id and logout tokens; unset takes those the provider lists."
    )
    strict_access_tokens: bool = works(
        False, "Accept a JWT only as RFC 9068 writes it: typ at+jwt, exp, sub and aud present."
    )
    proof_of_possession_mtls: _Proof = later("off", "Demand the certificate a token is bound to.")
    proof_of_possession_mtls_from_header: Annotated[Record, Like(CertificateHeader)] | None = later(
        None, "Take that certificate from a header."
    )
    proof_of_possession_dpop: _Proof = later(
        "off", "Demand a proof of the key a token is bound to."
    )
    proof_of_possession_auth_methods_validation: bool = later(
        True, "Refuse proof of possession together with methods that cannot have it."
    )
    dpop_proof_lifetime: Seconds = later(300, "Seconds for which such a proof is accepted.")
    dpop_use_nonce: bool = later(False, "Make clients put a nonce of ours into such a proof.")
