"""Which credentials are accepted, and where in a request they may ride."""

from typing import ClassVar, get_args

from gatepost.plugins.openid_connect.config.kinds import (
    AuthMethodName,
    AuthMethodNames,
    BearerPlaceNames,
    Fields,
    HeaderName,
    PlaceNames,
    works,
)

ALL_METHODS: tuple[AuthMethodName, ...] = get_args(AuthMethodName)
AT_WORK: tuple[AuthMethodName, ...] = (
    "session",
    "bearer",
    "introspection",
    "userinfo",
    "refresh_token",
    "password",
    "client_credentials",
    "authorization_code",
)
"""The methods that work, in the order in which they look for credentials."""


class CredentialFields(Fields):
    """The order of methods and of places is fixed; the order in these lists says nothing."""

    section: ClassVar[str] = "Methods and places"

    auth_methods: AuthMethodNames = works(
        ALL_METHODS, "The accepted methods; unset means every method that is at work."
    )
    bearer_token_param_type: BearerPlaceNames = works(
        ("body", "header", "query"), "Where an access token is looked for."
    )
    bearer_token_cookie_name: str | None = works(
        None, "Name of the cookie that holds an access token, for the place 'cookie'."
    )
    bearer_token_header_name: HeaderName | None = works(
        None, "The only header in which an access token is looked for."
    )
    client_credentials_param_type: PlaceNames = works(
        ("body", "header", "query"), "Where a client id and secret are looked for."
    )
    password_param_type: PlaceNames = works(
        ("body", "header", "query"), "Where a user name and password are looked for."
    )
    id_token_param_type: PlaceNames = works(
        ("body", "header", "query"), "Where an accompanying id token is looked for."
    )
    id_token_param_name: str | None = works(
        None, "Name under which an id token is sent along; unset looks for none."
    )
    refresh_token_param_type: PlaceNames = works(
        ("body", "header", "query"), "Where a refresh token is looked for."
    )
    refresh_token_param_name: str | None = works(
        None, "Name under which a refresh token is sent; unset looks for none.", referenceable=False
    )
    hide_credentials: bool = works(
        True, "Remove the credential from the request before it goes upstream."
    )
    run_on_preflight: bool = works(
        True, "Authenticate OPTIONS requests too; false lets them through."
    )
    anonymous: str | None = works(
        None, "Consumer (id or username) that stands in when authentication fails."
    )
