"""The introspection endpoint: what is asked, and how."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from gatepost.plugins.openid_connect.config.kinds import Fields, HeaderNames, Texts, later, works


class IntrospectionFields(Fields):
    """Names and values are paired by position."""

    section: ClassVar[str] = "Introspection endpoint"

    introspection_hint: str = works("access_token", "Value of token_type_hint.")
    introspection_token_param_name: Annotated[str, Field(min_length=1)] = works(
        "token", "Name of the form field that holds the token."
    )
    introspection_accept: Literal[
        "application/json", "application/jwt", "application/token-introspection+jwt"
    ] = works("application/json", "The form of answer that is asked for.")
    introspection_check_active: bool = works(True, "Demand that the answer says active.")
    introspection_headers_names: HeaderNames | None = works(None, "Extra headers of the call.")
    introspection_headers_values: Texts | None = works(None, "Their values, in order.", secret=True)
    introspection_headers_client: HeaderNames | None = works(
        None, "Headers of the request that are copied into the call."
    )
    introspection_post_args_names: Texts | None = works(None, "Extra form fields of the call.")
    introspection_post_args_values: Texts | None = works(
        None, "Their values, in order.", secret=True
    )
    introspection_post_args_client: Texts | None = works(
        None, "Arguments of the request that are copied into the form."
    )
    introspection_post_args_client_headers: HeaderNames | None = works(
        None, "Headers of the request that are copied into the form."
    )


class UserinfoFields(Fields):
    """The userinfo endpoint: what is asked, and how."""

    section: ClassVar[str] = "Userinfo endpoint"

    search_user_info: bool = works(False, "Look for claims at the userinfo endpoint too.")
    userinfo_accept: Literal["application/json", "application/jwt"] = works(
        "application/json", "The form of answer that is asked for."
    )
    userinfo_headers_names: HeaderNames | None = works(None, "Extra headers of the call.")
    userinfo_headers_values: Texts | None = works(None, "Their values, in order.", secret=True)
    userinfo_headers_client: HeaderNames | None = works(
        None, "Headers of the request that are copied into the call."
    )
    userinfo_query_args_names: Texts | None = works(None, "Extra arguments of the call.")
    userinfo_query_args_values: Texts | None = works(None, "Their values, in order.", secret=True)
    userinfo_query_args_client: Texts | None = works(
        None, "Arguments of the request that are copied into the call."
    )
    resolve_distributed_claims: bool = later(False, "Follow claims that live elsewhere.")
