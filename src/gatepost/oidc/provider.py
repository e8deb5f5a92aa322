"""What is known about an identity provider: its issuer, its endpoints, what it can do."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, final

from gatepost.oidc.endpoint_url import insecure, problem
from gatepost.values import By, Fault

ENDPOINTS: Final = (
    "authorization_endpoint",
    "end_session_endpoint",
    "introspection_endpoint",
    "jwks_uri",
    "pushed_authorization_request_endpoint",
    "revocation_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
)
"""Metadata names of the endpoints (RFC 8414, 2; OpenID Connect Discovery 1.0, 3)."""

LISTS: Final = (
    "authorization_signing_alg_values_supported",
    "code_challenge_methods_supported",
    "grant_types_supported",
    "id_token_signing_alg_values_supported",
    "introspection_endpoint_auth_methods_supported",
    "response_modes_supported",
    "revocation_endpoint_auth_methods_supported",
    "token_endpoint_auth_methods_supported",
    "userinfo_signing_alg_values_supported",
)
"""Metadata names of lists of texts."""

FLAGS: Final = (
    "authorization_response_iss_parameter_supported",
    "backchannel_logout_supported",
    "frontchannel_logout_supported",
    "require_pushed_authorization_requests",
    "require_signed_request_object",
)
"""Metadata names of booleans; each is False where a provider does not say."""


@final
@dataclass(frozen=True, slots=True)
class Provider:
    """One issuer as its discovery document and the configuration describe it.

    document: the whole discovery document, unknown members included; empty when there was none.
    The tuples are empty and the booleans False when the provider does not say.
    """

    issuer: str
    authorization_endpoint: str | None = None
    end_session_endpoint: str | None = None
    introspection_endpoint: str | None = None
    jwks_uri: str | None = None
    pushed_authorization_request_endpoint: str | None = None
    revocation_endpoint: str | None = None
    token_endpoint: str | None = None
    userinfo_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ()
    introspection_endpoint_auth_methods_supported: tuple[str, ...] = ()
    revocation_endpoint_auth_methods_supported: tuple[str, ...] = ()
    id_token_signing_alg_values_supported: tuple[str, ...] = ()
    userinfo_signing_alg_values_supported: tuple[str, ...] = ()
    authorization_signing_alg_values_supported: tuple[str, ...] = ()  # JARM
    code_challenge_methods_supported: tuple[str, ...] = ()  # RFC 8414, 2: empty means no PKCE
    grant_types_supported: tuple[str, ...] = ()
    response_modes_supported: tuple[str, ...] = ()
    authorization_response_iss_parameter_supported: bool = False  # RFC 9207, 3
    require_pushed_authorization_requests: bool = False  # RFC 9126, 5
    require_signed_request_object: bool = False  # RFC 9101, 10.5
    backchannel_logout_supported: bool = False
    frontchannel_logout_supported: bool = False
    document: Mapping[str, object] = field(default_factory=dict, repr=False)

    @staticmethod
    def pseudo(issuer: str) -> "Provider":
        """Describe an issuer that is never asked for discovery (``using_pseudo_issuer``)."""
        return Provider(issuer)

    @property
    def insecure(self) -> bool:
        """Whether the issuer or one of its endpoints is reached without TLS."""
        urls = (self.issuer, *(self._endpoint(name) for name in ENDPOINTS))
        return any(url is not None and insecure(url) for url in urls)

    def override(self, **endpoints: str | None) -> "Provider":
        """Return a copy with the configured endpoints; None keeps what discovery said.

        Names are those of ENDPOINTS. Raises Fault(by=OPERATOR), code ``config.endpoint``, for an
        unknown name or an address that cannot be called.
        """
        given = {name: url for name, url in endpoints.items() if url is not None}
        for name, url in given.items():
            why = problem(url) if name in ENDPOINTS else "there is no endpoint of that name"
            if why is not None:
                raise Fault(
                    "config.endpoint",
                    f"The address configured as {name} cannot be used: {why}.",
                    by=By.OPERATOR,
                )
        return replace(self, **given)  # type: ignore[arg-type]  # names are checked above

    def require(self, name: str) -> str:
        """Return the address of an endpoint.

        Raises Fault(by=PROVIDER), code ``provider.no_endpoint``, when neither the discovery
        document nor the configuration names it: the token is not to blame.
        """
        url = self._endpoint(name)
        if url is None:
            raise Fault(
                "provider.no_endpoint",
                f"The identity provider names no {name}; configure one.",
                by=By.PROVIDER,
            )
        return url

    def _endpoint(self, name: str) -> str | None:
        if name not in ENDPOINTS:
            raise KeyError(name)
        url: str | None = getattr(self, name)
        return url
