"""How Okta's management API writes applications, users, groups and errors, and reads new ones.

Members that this provider would ignore are refused, so that nobody believes in them.
"""

import datetime
import secrets
from typing import Annotated, Any, Literal

import msgspec

from gatepost.idp.directory import Application, Group, User
from gatepost.idp.seed import ApplicationSeed, ClientAuth, Grant, GroupSeed, UserSeed

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a request body."""


class _OAuthClient(_Strict, frozen=True):
    client_id: Text | None = None
    client_secret: Text | None = None
    token_endpoint_auth_method: ClientAuth = "any"


class _Credentials(_Strict, frozen=True):
    oauthClient: _OAuthClient = _OAuthClient()  # noqa: N815 - Okta's spelling


class _OAuthSettings(_Strict, frozen=True):
    grant_types: tuple[Grant, ...] = ("client_credentials",)
    application_type: Literal["service"] = "service"


class _Settings(_Strict, frozen=True):
    oauthClient: _OAuthSettings = _OAuthSettings()  # noqa: N815


class _Ours(_Strict, frozen=True):
    """What Okta keeps at the authorization server and this provider at the application."""

    access_token: Literal["opaque", "jwt"] = "jwt"
    scopes: tuple[Text, ...] = ()
    default_scopes: tuple[Text, ...] | None = None
    audience: tuple[Text, ...] = ("api://default",)
    expires_in: Annotated[int, msgspec.Meta(ge=1)] = 3600
    claims: dict[str, object] = {}


class _NewApplication(_Strict, frozen=True):
    label: Text
    name: Literal["oidc_client"] = "oidc_client"
    signOnMode: Literal["OPENID_CONNECT"] = "OPENID_CONNECT"  # noqa: N815
    credentials: _Credentials = _Credentials()
    settings: _Settings = _Settings()
    gatepost: _Ours = _Ours()


class _UserProfile(_Strict, frozen=True):
    login: Text
    email: str = ""
    firstName: str = ""  # noqa: N815
    lastName: str = ""  # noqa: N815


class _Password(_Strict, frozen=True):
    value: Text


class _UserCredentials(_Strict, frozen=True):
    password: _Password


class _NewUser(_Strict, frozen=True):
    profile: _UserProfile
    credentials: _UserCredentials


class _GroupProfile(_Strict, frozen=True):
    name: Text
    description: str = ""


class _NewGroup(_Strict, frozen=True):
    profile: _GroupProfile


def read_application(body: bytes) -> ApplicationSeed:
    """Read a new application; id and secret are made up unless given.

    Raises msgspec.MsgspecError or ValueError, both with the place and the reason.
    """
    new = msgspec.json.decode(body, type=_NewApplication)
    client = new.credentials.oauthClient
    return ApplicationSeed(
        id=client.client_id or "0oa" + secrets.token_hex(9),
        secret=client.client_secret or secrets.token_urlsafe(30),
        label=new.label,
        access_token=new.gatepost.access_token,
        grants=new.settings.oauthClient.grant_types,
        scopes=new.gatepost.scopes,
        default_scopes=new.gatepost.default_scopes,
        audience=new.gatepost.audience,
        expires_in=new.gatepost.expires_in,
        claims=new.gatepost.claims,
        client_auth=client.token_endpoint_auth_method,
    )


def read_user(body: bytes) -> UserSeed:
    """Read a new user. Raises msgspec.MsgspecError."""
    new = msgspec.json.decode(body, type=_NewUser)
    return UserSeed(
        login=new.profile.login,
        password=new.credentials.password.value,
        email=new.profile.email,
        first_name=new.profile.firstName,
        last_name=new.profile.lastName,
    )


def read_group(body: bytes) -> GroupSeed:
    """Read a new group. Raises msgspec.MsgspecError."""
    profile = msgspec.json.decode(body, type=_NewGroup).profile
    return GroupSeed(name=profile.name, description=profile.description)


def application(one: Application, *, secret: bool = False) -> dict[str, Any]:
    """Write an application; its secret only in the answer to its creation."""
    seed = one.seed
    client: dict[str, Any] = {
        "client_id": one.id,
        "token_endpoint_auth_method": seed.client_auth,
    }
    if secret:
        client["client_secret"] = one.secret.reveal()
    return {
        "id": one.id,
        "name": "oidc_client",
        "label": seed.label or one.id,
        "status": "ACTIVE" if one.life.active else "INACTIVE",
        "created": _instant(one.created),
        "signOnMode": "OPENID_CONNECT",
        "credentials": {"oauthClient": client},
        "settings": {"oauthClient": {"grant_types": seed.grants, "application_type": "service"}},
        "gatepost": {
            "access_token": seed.access_token,
            "scopes": seed.scopes,
            "default_scopes": seed.default_scopes,
            "audience": seed.audience,
            "expires_in": seed.expires_in,
            "claims": seed.claims,
        },
    }


def user(one: User) -> dict[str, Any]:
    """Write a user; never the password."""
    seed = one.seed
    return {
        "id": one.id,
        "status": "ACTIVE" if one.life.active else "DEPROVISIONED",
        "created": _instant(one.created),
        "profile": {
            "login": seed.login,
            "email": seed.email,
            "firstName": seed.first_name,
            "lastName": seed.last_name,
        },
    }


def group(one: Group) -> dict[str, Any]:
    """Write a group."""
    return {
        "id": one.id,
        "created": _instant(one.created),
        "type": "OKTA_GROUP",
        "profile": {"name": one.name, "description": one.description},
    }


def problem(code: str, summary: str) -> dict[str, Any]:
    """Write an error; the codes are Okta's."""
    return {"errorCode": code, "errorSummary": summary, "errorCauses": []}


def _instant(seconds: float) -> str:
    moment = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
