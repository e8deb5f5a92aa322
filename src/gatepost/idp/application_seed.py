"""What an OAuth client is and may do, checked as a whole."""

from typing import Annotated, Literal

import msgspec

from gatepost.idp.redirect_uri import check_redirect, check_web

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Uri = Annotated[str, msgspec.Meta(max_length=2_000)]
Seconds = Annotated[int, msgspec.Meta(ge=1, le=10 * 365 * 86_400)]
Grace = Annotated[int, msgspec.Meta(ge=0, le=3_600)]
Grant = Literal["authorization_code", "client_credentials", "password", "refresh_token"]
ClientAuth = Literal["any", "client_secret_basic", "client_secret_post", "none"]
Kind = Literal["web", "browser", "native", "service"]

RESERVED_CLAIMS = frozenset(
    {
        *("iss", "sub", "aud", "exp", "iat", "jti", "scope", "client_id"),
        *("ver", "cid", "scp", "uid"),  # Okta's
        *("active", "token_type", "username"),  # of the introspection answer
    }
)
"""Claims that the provider sets itself; ``/dev/mint`` makes tokens in which they lie."""


class ApplicationSeed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An OAuth client.

    kind: what Okta calls application_type; a ``native`` one may have redirect URIs of a scheme of
    its own, a ``service`` has no people. client_auth: how it must authenticate; ``none`` is a
    public client, which has no secret and must use PKCE.
    access_token: what its tokens look like. scopes: what it may ask for; default_scopes: what it
    gets when it asks for none (all of them unless told). audience: who its tokens are for; the
    first is taken unless the request names another. expires_in: seconds. claims: added to its
    access tokens.
    redirect_uris, post_logout_redirect_uris: where a browser may be sent, see ``redirect_uri``.
    require_pkce, require_par: refuse authorization requests without. consent: ask the person.
    refresh: give refresh tokens with ``offline_access`` only, or ``always``. rotation: each use
    gives a new one, or ``keep`` the first. reuse: of one that was rotated ends all tokens of that
    login, or is refused only; reuse_grace: seconds in which it is allowed.
    userinfo_signed: as a JWT. backchannel_…, frontchannel_…: how it learns of logouts; without
    …_session_required it is told the subject, or nothing. logout_ends_tokens: access tokens die
    with the session they came from.
    """

    id: Name
    secret: Annotated[str, msgspec.Meta(max_length=200)] = ""
    label: str = ""
    kind: Kind = "web"
    access_token: Literal["opaque", "jwt"] = "opaque"
    grants: tuple[Grant, ...] = ("client_credentials",)
    scopes: tuple[Name, ...] = ()
    default_scopes: tuple[Name, ...] | None = None
    audience: tuple[Name, ...] = ("api://default",)
    expires_in: Seconds = 3600
    claims: dict[str, object] = {}
    client_auth: ClientAuth = "any"
    redirect_uris: tuple[Uri, ...] = ()
    post_logout_redirect_uris: tuple[Uri, ...] = ()
    require_pkce: bool = False
    require_par: bool = False
    consent: bool = False
    refresh: Literal["offline", "always"] = "offline"
    refresh_expires_in: Seconds = 30 * 86_400
    rotation: Literal["rotate", "keep"] = "rotate"
    reuse: Literal["revoke", "refuse"] = "revoke"
    reuse_grace: Grace = 0
    userinfo_signed: bool = False
    backchannel_logout_uri: Uri = ""
    backchannel_logout_session_required: bool = False
    frontchannel_logout_uri: Uri = ""
    frontchannel_logout_session_required: bool = False
    logout_ends_tokens: bool = False

    def __post_init__(self) -> None:
        if not self.audience:
            raise ValueError("audience needs at least one entry")
        if any(set(scope) & set(' "\\') for scope in self.scopes):  # RFC 6749, 3.3
            raise ValueError("a scope holds no space, quote or backslash")
        unknown = set(self.default_scopes or ()) - set(self.scopes)
        if unknown:
            raise ValueError(f"default_scopes are not among scopes: {', '.join(sorted(unknown))}")
        check_claims(self.claims)
        self._check_client()
        for uri in (*self.redirect_uris, *self.post_logout_redirect_uris):
            check_redirect(uri, native=self.kind == "native")
        for uri in (self.backchannel_logout_uri, self.frontchannel_logout_uri):
            if uri:
                check_web(uri)

    def __repr__(self) -> str:
        return f"ApplicationSeed(id={self.id!r})"  # the secret stays inside

    @property
    def public(self) -> bool:
        """Whether it has no secret to prove (RFC 6749, 2.1)."""
        return self.client_auth == "none"

    def _check_client(self) -> None:
        if self.public and self.secret:
            raise ValueError("a public client (client_auth none) has no secret")
        if not self.public and not self.secret:
            raise ValueError("the secret is missing; only client_auth none goes without")
        if self.public and "client_credentials" in self.grants:
            raise ValueError("client_credentials need a secret (RFC 6749, 4.4)")
        people = "authorization_code" in self.grants
        if people and self.kind == "service":
            raise ValueError("a service signs nobody on: another kind for authorization_code")
        if people and not self.redirect_uris:
            raise ValueError("authorization_code needs redirect_uris")


def check_claims(claims: dict[str, object]) -> None:
    """Raise ValueError for claims that the provider sets itself."""
    taken = sorted(RESERVED_CLAIMS & claims.keys())
    if taken:
        raise ValueError(f"claims that the provider sets itself: {', '.join(taken)}")
