"""Logins by browser, and logouts from either side."""

from typing import Annotated, ClassVar, Literal

from pydantic import Strict

from gatepost.plugins.openid_connect.config.kinds import (
    AuthMethodNames,
    CookieName,
    EndpointUrls,
    Fields,
    SameSite,
    Seconds,
    Target,
    Targets,
    Texts,
    later,
    works,
)

LoginToken = Literal["access_token", "id_token", "introspection", "refresh_token", "tokens"]


class LoginFields(Fields):
    """The authorization code flow and what happens after it.

    Of ``redirect_uri`` and its kin, entry N belongs to client N; a missing one falls back to the
    first.
    """

    section: ClassVar[str] = "Login, and logout from here"

    redirect_uri: EndpointUrls | None = works(
        None, "Where the provider sends the browser back to; unset is the page that was opened."
    )
    response_type: Texts = works(
        ("code",), "What the authorization endpoint is asked for: code.", referenceable=False
    )
    response_mode: Literal[
        "form_post", "form_post.jwt", "fragment", "fragment.jwt", "jwt", "query", "query.jwt"
    ] = works("query", "How the provider returns its answer; a gateway cannot read fragments.")
    preserve_query_args: bool = works(False, "Keep the query string across a login.")
    authorization_query_args_names: Texts | None = works(None, "Extra authorization arguments.")
    authorization_query_args_values: Texts | None = works(None, "Their values, in order.")
    authorization_query_args_client: Texts | None = works(
        None, "Arguments of the request that are copied into the authorization request."
    )
    authorization_cookie_name: CookieName = works(
        "authorization", "What the names of the cookies of logins in progress begin with."
    )
    authorization_cookie_path: str = works("/", "Their Path.", referenceable=False)
    authorization_cookie_domain: str | None = works(None, "Their Domain.", referenceable=False)
    authorization_cookie_same_site: SameSite = works(
        "Default", "Their SameSite; Default is None where the answer is posted over https."
    )
    authorization_cookie_http_only: bool = works(True, "Whether they are HttpOnly.")
    authorization_cookie_secure: bool | None = works(
        None, "Whether they are Secure; unset follows the scheme of the request."
    )
    authorization_rolling_timeout: Seconds = works(600, "Seconds that a login may take.")
    require_proof_key_for_code_exchange: bool | None = works(
        None, "Force PKCE on or off; unset uses it where the provider offers S256."
    )
    require_pushed_authorization_requests: bool | None = works(
        None, "Force pushed authorization requests on or off; unset does what the provider wants."
    )
    require_signed_request_object: bool | None = later(None, "Force signed requests on or off.")
    login_methods: AuthMethodNames = works(
        ("authorization_code",), "Methods to which login_action applies."
    )
    login_action: Literal["redirect", "response", "upstream"] = works(
        "upstream", "What happens after a login: go on, answer with tokens, or redirect."
    )
    login_tokens: Annotated[tuple[LoginToken, ...], Strict(strict=False)] | None = works(
        ("id_token",), "Tokens that are returned or appended after a login."
    )
    login_redirect_mode: Literal["fragment", "query"] = works("fragment", "Where to append them.")
    login_redirect_uri: Targets | None = works(
        None, "Where to go after a login; unset is the page that was opened."
    )
    logout_methods: Annotated[
        tuple[Literal["DELETE", "GET", "POST"], ...], Strict(strict=False)
    ] = works(("DELETE", "POST"), "Request methods that may log out.")
    logout_uri_suffix: str | None = works(None, "End of the path that logs out.")
    logout_query_arg: str | None = works(None, "Query argument that logs out.")
    logout_post_arg: str | None = works(None, "Body argument that logs out.")
    logout_redirect_uri: Targets | None = works(None, "Where to go after a logout.")
    logout_revoke: bool = works(False, "Revoke tokens at the provider on logout.")
    logout_revoke_access_token: bool = works(True, "Revoke the access token then.")
    logout_revoke_refresh_token: bool = works(True, "Revoke the refresh token then.")
    revocation_token_param_name: str = works("token", "Form field that holds the token.")


class LogoutFields(Fields):
    """Logouts that begin at the provider; the names are those of client metadata, the fields ours.

    The addresses are those that are registered with the provider; requests are known by their path.
    """

    section: ClassVar[str] = "Logout from the provider"

    backchannel_logout_uri: Target | None = works(
        None, "Where the provider posts logout tokens (OpenID Connect Back-Channel Logout)."
    )
    backchannel_logout_session_required: bool = works(
        False, "Demand that a logout token names a session."
    )
    frontchannel_logout_uri: Target | None = works(
        None, "What the provider shows in a frame to log out (OpenID Connect Front-Channel Logout)."
    )
    frontchannel_logout_session_required: bool = works(
        False, "Demand that the frame's address names issuer and session."
    )
