"""The token endpoint and what is asked of it."""

from typing import Annotated, ClassVar

from pydantic import Strict

from gatepost.plugin.shape import Like
from gatepost.plugins.openid_connect.config.kinds import (
    Fields,
    GrantName,
    HeaderNames,
    Record,
    Texts,
    later,
    works,
)
from gatepost.plugins.openid_connect.config.records import TokenExchange


class TokenFields(Fields):
    """Names and values are paired by position."""

    section: ClassVar[str] = "Token endpoint"

    scopes: Texts | None = works(("openid",), "Scopes that are asked for.")
    audience: Texts | None = works(None, "Audiences that are asked for.")
    token_headers_names: HeaderNames | None = works(None, "Extra headers of the call.")
    token_headers_values: Texts | None = works(None, "Their values, in order.", secret=True)
    token_headers_client: HeaderNames | None = works(
        None, "Headers of the request that are copied into the call."
    )
    token_headers_replay: HeaderNames | None = works(
        None, "Headers of the provider's answer that the client gets to see."
    )
    token_headers_prefix: str | None = works(None, "Put before the names of those headers.")
    token_headers_grants: Annotated[tuple[GrantName, ...], Strict(strict=False)] | None = works(
        None, "The grants for which headers are shown to the client."
    )
    token_post_args_names: Texts | None = works(None, "Extra form fields of the call.")
    token_post_args_values: Texts | None = works(None, "Their values, in order.", secret=True)
    token_post_args_client: Texts | None = works(
        None, "Arguments of the request (query, body or header) that are copied into the form."
    )
    token_exchange: Annotated[Record, Like(TokenExchange)] | None = later(
        None, "Trade incoming tokens for others (RFC 8693)."
    )
    refresh_tokens: bool = works(
        True, "Refresh the access token of a session that is about to expire."
    )
