"""Records of fields that are not at work: Kong's members and defaults, for the schema alone."""

from typing import Annotated, Literal

from pydantic import Field, Strict

from gatepost.plugin.shape import Like
from gatepost.plugins.openid_connect.config.kinds import Fields, Port, Record, Texts, later

_Size = Annotated[int, Field(ge=1, le=2_147_483_646)]
_Wait = Annotated[int, Field(ge=0, le=2_147_483_646)]


class Principals(Fields):
    """Look-up of identities in a directory of Konnect."""

    enabled: bool = later(False, "Look callers up.")
    directory: str = later("default", "The directory in which.")
    principal_by: Annotated[str, Field(min_length=1)] | None = later(None, "By what property.")
    principal_claim: Texts | None = later(None, "Where the claim is that names the caller.")
    match_consumer: bool = later(True, "Also map the consumer.")
    match_consumer_groups: bool = later(True, "Also map the consumer groups.")
    error_on_miss: bool = later(True, "Refuse whom the directory does not know.")


class CertificateHeader(Fields):
    """A client certificate that a proxy in front passes on in a header."""

    certificate_header_name: str = later(..., "Name of the header.")
    ca_certificates: Texts = later(..., "Ids of the authorities that are trusted.")
    certificate_header_format: Literal["base64_encoded", "url_encoded"] = later(
        "url_encoded", "How the header is written."
    )
    secure_source: bool = later(True, "Take the header from trusted addresses alone.")
    ssl_verify: bool = later(True, "Verify servers that tell of revocations.")
    allow_partial_chain: bool = later(False, "Trust intermediate authorities by themselves.")
    revocation_check_mode: Literal["IGNORE_CA_ERROR", "SKIP", "STRICT"] = later(
        "IGNORE_CA_ERROR", "How revocations are looked up."
    )
    cert_cache_ttl: float = later(60000, "Milliseconds to keep what was found.")
    http_timeout: float = later(30000, "Milliseconds that a look-up may take.")
    http_proxy_host: str | None = later(None, "Proxy for look-ups by http.")
    http_proxy_port: Port | None = later(None, "Its port.")
    https_proxy_host: str | None = later(None, "Proxy for look-ups by https.")
    https_proxy_port: Port | None = later(None, "Its port.")


class Jwk(Fields):
    """A key of a client (RFC 7517)."""

    issuer: str | None = later(None, "Who issued it.")
    kty: str | None = later(None, "Its family.")
    use: str | None = later(None, "What it is for.")
    key_ops: Texts | None = later(None, "What it may do.")
    alg: str | None = later(None, "Its algorithm.")
    kid: str | None = later(None, "Its id.")
    x5u: str | None = later(None, "Address of its certificates.")
    x5c: Texts | None = later(None, "Its certificates.")
    x5t: str | None = later(None, "SHA-1 digest of its certificate.")
    x5t_s256: str | None = Field(
        None,
        alias="x5t#S256",
        description="SHA-256 digest of its certificate.",
        json_schema_extra={"at_work": False},
    )
    k: str | None = later(None, "Symmetric key.", secret=True)
    n: str | None = later(None, "RSA modulus.")
    e: str | None = later(None, "RSA exponent.")
    d: str | None = later(None, "Private exponent or key.", secret=True)
    p: str | None = later(None, "First prime.", secret=True)
    q: str | None = later(None, "Second prime.", secret=True)
    dp: str | None = later(None, "Exponent of the first prime.", secret=True)
    dq: str | None = later(None, "Exponent of the second prime.", secret=True)
    qi: str | None = later(None, "Coefficient.", secret=True)
    oth: str | None = later(None, "Further primes.", secret=True)
    r: str | None = later(None, "Factor of a further prime.", secret=True)
    t: str | None = later(None, "Coefficient of a further prime.", secret=True)
    crv: str | None = later(None, "Curve.")
    x: str | None = later(None, "First coordinate.")
    y: str | None = later(None, "Second coordinate.")


class _Conditions(Fields):
    """When a token is traded."""

    has_audience: Texts | None = later(None, "It has one of these audiences.")
    missing_audience: Texts | None = later(None, "It lacks these audiences.")
    has_scopes: Texts | None = later(None, "It has one of these scopes.")
    missing_scopes: Texts | None = later(None, "It lacks these scopes.")


class _SubjectTokenIssuer(Fields):
    """Whose tokens are traded."""

    issuer: str = later(..., "The issuer.")
    jwks_uri: str | None = later(None, "Address of its keys.")
    verify_signature: bool = later(False, "Verify its tokens before.")
    conditions: Annotated[Record, Like(_Conditions)] | None = later(None, "When.")


class _ExchangeRequest(Fields):
    """What is asked for."""

    scopes: Texts | None = later(None, "Scopes.")
    audience: Texts | None = later(None, "Audiences.")
    empty_scopes: bool = later(False, "Ask for no scopes.")
    empty_audience: bool = later(False, "Ask for no audience.")


class _ExchangeCache(Fields):
    """Keeping traded tokens."""

    enabled: bool = later(True, "Keep them.")
    ttl: int | None = later(None, "Seconds.")


class TokenExchange(Fields):
    """Trading tokens (RFC 8693)."""

    subject_token_issuers: Annotated[
        tuple[_SubjectTokenIssuer, ...], Strict(strict=False), Field(min_length=1)
    ] = later(..., "Whose tokens are traded.")
    request: Annotated[Record, Like(_ExchangeRequest)] | None = later(None, "What is asked for.")
    cache: Annotated[Record, Like(_ExchangeCache)] | None = later(None, "Keeping the answers.")


class CloudAuthentication(Fields):
    """Authentication at a Redis by an identity of a cloud."""

    auth_provider: Literal["aws", "azure", "gcp"] | None = later(None, "Which cloud.")
    aws_cache_name: str | None = later(None, "Name of the cache at AWS.")
    aws_region: str | None = later(None, "Its region.")
    aws_is_serverless: bool = later(True, "Whether it is serverless.")
    aws_access_key_id: str | None = later(None, "Access key at AWS.", secret=True)
    aws_secret_access_key: str | None = later(None, "Its secret.", secret=True)
    aws_assume_role_arn: str | None = later(None, "Role to take.", secret=True)
    aws_role_session_name: str | None = later(None, "Name of the session.", secret=True)
    azure_client_id: str | None = later(None, "Client at Azure.", secret=True)
    azure_client_secret: str | None = later(None, "Its secret.", secret=True)
    azure_tenant_id: str | None = later(None, "Its tenant.", secret=True)
    gcp_service_account_json: str | None = later(None, "Account at GCP.", secret=True)
