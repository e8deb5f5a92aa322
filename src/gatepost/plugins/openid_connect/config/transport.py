"""How long answers are kept, how calls travel, and what a refused client is told."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, Strict

from gatepost.plugin.shape import Like
from gatepost.plugins.openid_connect.config.kinds import (
    EndpointUrl,
    Fields,
    Record,
    Seconds,
    Targets,
    later,
    works,
)
from gatepost.plugins.openid_connect.config.redis import SharedCacheRedis


class CacheFields(Fields):
    """Keeping what the provider said; in seconds."""

    section: ClassVar[str] = "Keeping answers"

    cache_tokens: bool = works(True, "Keep what the token endpoint granted.")
    cache_tokens_salt: str | None = works(
        None, "Instances with the same salt share granted tokens; unset shares with nobody."
    )
    token_cache_key_include_scope: bool = works(
        False, "Kept tokens are told apart by scope. Here they always are, whatever this says."
    )
    cache_introspection: bool = works(True, "Keep what the introspection endpoint said.")
    cache_ttl: Seconds = works(3600, "Seconds to keep an answer that does not say how long.")
    cache_ttl_min: Seconds | None = works(None, "Seconds to keep an answer at least.")
    cache_ttl_max: Seconds | None = works(None, "Seconds to keep an answer at most.")
    cache_ttl_neg: Seconds | None = works(None, "Seconds to keep a negative answer.")
    cache_ttl_resurrect: Seconds | None = works(
        None, "Further seconds in which a kept answer stands in while the provider is away."
    )
    cache_user_info: bool = works(True, "Keep what the userinfo endpoint said.")
    cache_token_exchange: bool = later(True, "Keep exchanged tokens.")
    cluster_cache_strategy: Literal["off", "redis"] = later("off", "Share kept answers.")
    cluster_cache_items: Annotated[
        tuple[Literal["introspection", "tokens"], ...], Strict(strict=False)
    ] = later(("introspection",), "What is shared.")
    cluster_cache_redis: Annotated[Record, Like(SharedCacheRedis)] | None = later(
        None, "The Redis to share through.", filled=True
    )


class TransportFields(Fields):
    """Calls to the provider."""

    section: ClassVar[str] = "Calls"

    timeout: Annotated[float, Field(gt=0)] = works(10000, "Milliseconds that a call may take.")
    http_version: float = works(1.1, "HTTP version of calls: 1.1 or 1.0.")
    keepalive: bool = works(True, "Reuse connections to the provider.")
    ssl_verify: bool = works(True, "Verify the provider's certificate.")
    http_proxy: EndpointUrl | None = works(None, "Proxy for calls to http addresses.")
    http_proxy_authorization: str | None = works(None, "Proxy-Authorization for it.", secret=True)
    https_proxy: EndpointUrl | None = works(None, "Proxy for calls to https addresses.")
    https_proxy_authorization: str | None = works(None, "Proxy-Authorization for it.", secret=True)
    no_proxy: str | None = works(None, "Hosts to call without a proxy, apart by commas.")


class ErrorFields(Fields):
    """Answers to refused clients."""

    section: ClassVar[str] = "Refusals"

    display_errors: bool = works(False, "Say in the answer why a request was refused.")
    expose_error_code: bool = works(
        True, "Say in WWW-Authenticate what kind of error it was (RFC 6750)."
    )
    unauthorized_error_message: str = works("Unauthorized", "Message of a 401.")
    unauthorized_redirect_uri: Targets | None = works(
        None, "Where to redirect to instead of answering 401."
    )
    forbidden_error_message: str = works("Forbidden", "Message of a 403.")
    forbidden_redirect_uri: Targets | None = works(
        None, "Where to redirect to instead of answering 403."
    )
    unexpected_redirect_uri: Targets | None = works(
        None, "Where to redirect to when something is unavailable."
    )
