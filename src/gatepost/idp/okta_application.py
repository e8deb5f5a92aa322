"""How Okta's management API writes applications, and reads new ones.

Members that this provider would ignore are refused, so that nobody believes in them. What Okta
has no name for, or keeps at the authorization server, stands under ``gatepost``.
"""

import secrets
from typing import Annotated, Any, Literal

import msgspec

from gatepost.idp.application_seed import ApplicationSeed, ClientAuth, Grace, Grant, Kind, Seconds
from gatepost.idp.directory import Application
from gatepost.idp.okta import Strict, Text, instant


class _OAuthClient(Strict, frozen=True):
    client_id: Text | None = None
    client_secret: Text | None = None
    token_endpoint_auth_method: ClientAuth = "any"
    pkce_required: bool = False


class _Credentials(Strict, frozen=True):
    oauthClient: _OAuthClient = _OAuthClient()  # noqa: N815 - Okta's spelling


class _RefreshToken(Strict, frozen=True):
    rotation_type: Literal["ROTATE", "STATIC"] = "ROTATE"
    leeway: Grace = 0


class _OAuthSettings(Strict, frozen=True):
    grant_types: tuple[Grant, ...] = ("client_credentials",)
    response_types: tuple[Literal["code"], ...] | None = None
    application_type: Kind | None = None
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()
    consent_method: Literal["TRUSTED", "REQUIRED"] = "TRUSTED"
    refresh_token: _RefreshToken = _RefreshToken()
    frontchannel_logout_uri: str = ""
    frontchannel_logout_session_required: bool = False

    def __post_init__(self) -> None:
        expected = ("code",) if "authorization_code" in self.grant_types else ()
        if self.response_types not in (None, expected):
            raise ValueError("response_types is [code] with authorization_code, else []")

    @property
    def kind(self) -> Kind:
        """The application_type, or the one that the grants speak for."""
        if self.application_type is not None:
            return self.application_type
        return "web" if "authorization_code" in self.grant_types else "service"


class _Settings(Strict, frozen=True):
    oauthClient: _OAuthSettings = _OAuthSettings()  # noqa: N815


class _Ours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Fields of ApplicationSeed under their own names."""

    access_token: Literal["opaque", "jwt"] = "jwt"
    scopes: tuple[Text, ...] = ()
    default_scopes: tuple[Text, ...] | None = None
    audience: tuple[Text, ...] = ("api://default",)
    expires_in: Annotated[int, msgspec.Meta(ge=1)] = 3600
    claims: dict[str, object] = {}
    require_par: bool = False
    refresh: Literal["offline", "always"] = "offline"
    refresh_expires_in: Seconds = 30 * 86_400
    reuse: Literal["revoke", "refuse"] = "revoke"
    userinfo_signed: bool = False
    backchannel_logout_uri: str = ""
    backchannel_logout_session_required: bool = False
    logout_ends_tokens: bool = False


_OURS = tuple(field.name for field in msgspec.structs.fields(_Ours))


class _NewApplication(Strict, frozen=True):
    label: Text
    name: Literal["oidc_client"] = "oidc_client"
    signOnMode: Literal["OPENID_CONNECT"] = "OPENID_CONNECT"  # noqa: N815
    credentials: _Credentials = _Credentials()
    settings: _Settings = _Settings()
    gatepost: _Ours = _Ours()


class _ShownApplication(_NewApplication, frozen=True):
    """An application as it is written: what was read can be changed and sent back."""

    id: str | None = None
    status: str | None = None
    created: str | None = None


def read_application(body: bytes, replaced: Application | None = None) -> ApplicationSeed:
    """Read an application; id and secret are made up unless given.

    replaced: one that this is to stand in for; its id and secret stay unless given. Raises
    msgspec.MsgspecError or ValueError, both with the place and the reason.
    """
    if replaced is None:
        new = msgspec.json.decode(body, type=_NewApplication)
    else:
        new = shown = msgspec.json.decode(body, type=_ShownApplication)
        _check_unchanged(shown, application(replaced))
    client, settings = new.credentials.oauthClient, new.settings.oauthClient
    id_, secret = _credentials(client, replaced)
    return ApplicationSeed(
        id=id_,
        secret=secret,
        label=new.label,
        kind=settings.kind,
        grants=settings.grant_types,
        client_auth=client.token_endpoint_auth_method,
        redirect_uris=settings.redirect_uris,
        post_logout_redirect_uris=settings.post_logout_redirect_uris,
        require_pkce=client.pkce_required,
        consent=settings.consent_method == "REQUIRED",
        rotation="rotate" if settings.refresh_token.rotation_type == "ROTATE" else "keep",
        reuse_grace=settings.refresh_token.leeway,
        frontchannel_logout_uri=settings.frontchannel_logout_uri,
        frontchannel_logout_session_required=settings.frontchannel_logout_session_required,
        **{name: getattr(new.gatepost, name) for name in _OURS},
    )


def application(one: Application, *, secret: bool = False) -> dict[str, Any]:
    """Write an application; its secret only in the answer to its creation."""
    seed = one.seed
    client: dict[str, Any] = {
        "client_id": one.id,
        "token_endpoint_auth_method": seed.client_auth,
        "pkce_required": seed.require_pkce,
    }
    if secret and not seed.public:
        client["client_secret"] = one.secret.reveal()
    return {
        "id": one.id,
        "name": "oidc_client",
        "label": one.name,
        "status": "ACTIVE" if one.life.active else "INACTIVE",
        "created": instant(one.created),
        "signOnMode": "OPENID_CONNECT",
        "credentials": {"oauthClient": client},
        "settings": {"oauthClient": _settings(seed)},
        "gatepost": {name: getattr(seed, name) for name in _OURS},
    }


def _check_unchanged(new: _ShownApplication, now: dict[str, Any]) -> None:
    """Refuse changes that are not made by replacing; they would be ignored."""
    for name, value in (("id", new.id), ("status", new.status), ("created", new.created)):
        if value not in (None, now[name]):
            raise ValueError(f"{name} cannot be changed so; status has the lifecycle calls")


def _credentials(client: _OAuthClient, replaced: Application | None) -> tuple[str, str]:
    """Return id and secret; a public client has no secret, given or not."""
    id_ = client.client_id or (replaced.id if replaced else "0oa" + secrets.token_hex(9))
    kept = replaced.secret.reveal() if replaced else ""
    if client.client_secret or client.token_endpoint_auth_method == "none":
        return id_, client.client_secret or ""
    return id_, kept or secrets.token_urlsafe(30)


def _settings(seed: ApplicationSeed) -> dict[str, Any]:
    return {
        "grant_types": seed.grants,
        "response_types": ["code"] if "authorization_code" in seed.grants else [],
        "application_type": seed.kind,
        "redirect_uris": seed.redirect_uris,
        "post_logout_redirect_uris": seed.post_logout_redirect_uris,
        "consent_method": "REQUIRED" if seed.consent else "TRUSTED",
        "refresh_token": {
            "rotation_type": "ROTATE" if seed.rotation == "rotate" else "STATIC",
            "leeway": seed.reuse_grace,
        },
        "frontchannel_logout_uri": seed.frontchannel_logout_uri,
        "frontchannel_logout_session_required": seed.frontchannel_logout_session_required,
    }
