"""Logins by browser and logouts; nothing of it is at work yet."""

from typing import Annotated, Literal

from pydantic import Strict

from gatepost.plugins.openid_connect.config.kinds import (
    AuthMethodNames,
    Fields,
    SameSite,
    Seconds,
    Texts,
    later,
)


class LoginFields(Fields):
    """The authorization code flow and what happens after it."""

    redirect_uri: Texts | None = later(None, "Where the provider sends the browser back to.")
    response_type: Texts = later(("code",), "What the authorization endpoint is asked for.")
    response_mode: Literal[
        "form_post", "form_post.jwt", "fragment", "fragment.jwt", "jwt", "query", "query.jwt"
    ] = later("query", "How the provider returns its answer.")
    preserve_query_args: bool = later(False, "Keep the query string across a login.")
    authorization_query_args_names: Texts | None = later(None, "Extra authorization arguments.")
    authorization_query_args_values: Texts | None = later(None, "Their values, in order.")
    authorization_query_args_client: Texts | None = later(
        None, "Arguments of the request that are copied into the authorization request."
    )
    authorization_cookie_name: str = later("authorization", "Cookie of a login in progress.")
    authorization_cookie_path: str = later("/", "Its Path.")
    authorization_cookie_domain: str | None = later(None, "Its Domain.")
    authorization_cookie_same_site: SameSite = later("Default", "Its SameSite.")
    authorization_cookie_http_only: bool = later(True, "Whether it is HttpOnly.")
    authorization_cookie_secure: bool | None = later(None, "Whether it is Secure.")
    authorization_rolling_timeout: Seconds = later(600, "Seconds that a login may take.")
    require_proof_key_for_code_exchange: bool | None = later(None, "Force PKCE on or off.")
    require_pushed_authorization_requests: bool | None = later(
        None, "Force pushed authorization requests on or off."
    )
    require_signed_request_object: bool | None = later(None, "Force signed requests on or off.")
    login_methods: AuthMethodNames = later(
        ("authorization_code",), "Methods to which login_action applies."
    )
    login_action: Literal["redirect", "response", "upstream"] = later(
        "upstream", "What happens after a login."
    )
    login_tokens: (
        Annotated[
            tuple[
                Literal["access_token", "id_token", "introspection", "refresh_token", "tokens"], ...
            ],
            Strict(strict=False),
        ]
        | None
    ) = later(("id_token",), "Tokens that are returned or appended after a login.")
    login_redirect_mode: Literal["fragment", "query"] = later("fragment", "Where to append them.")
    login_redirect_uri: Texts | None = later(None, "Where to go after a login.")
    logout_methods: Annotated[
        tuple[Literal["DELETE", "GET", "POST"], ...], Strict(strict=False)
    ] = later(("DELETE", "POST"), "Request methods that may log out.")
    logout_uri_suffix: str | None = later(None, "End of the path that logs out.")
    logout_query_arg: str | None = later(None, "Query argument that logs out.")
    logout_post_arg: str | None = later(None, "Body argument that logs out.")
    logout_redirect_uri: Texts | None = later(None, "Where to go after a logout.")
    logout_revoke: bool = later(False, "Revoke tokens on logout.")
    logout_revoke_access_token: bool = later(True, "Revoke the access token then.")
    logout_revoke_refresh_token: bool = later(True, "Revoke the refresh token then.")
    revocation_token_param_name: str = later("token", "Form field that holds the token.")
