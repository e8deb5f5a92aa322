"""An HTTP request that we are about to make, as a value; a function makes it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from gatepost.values.headers import Headers
from gatepost.values.reply import Reply


@dataclass(frozen=True, slots=True)
class Transport:
    """How a call travels; part of what an answer depended on, so part of a fact's key.

    timeout: seconds for the whole exchange. limit: bytes of body that are read at most.
    http_proxy and https_proxy: URL of the proxy for that scheme; no_proxy: host names (and
    suffixes that begin with a dot) that are called directly.
    """

    timeout: float = 10.0
    limit: int = 1_048_576
    ssl_verify: bool = True
    http_proxy: str | None = None
    http_proxy_authorization: str | None = field(default=None, repr=False)
    https_proxy: str | None = None
    https_proxy_authorization: str | None = field(default=None, repr=False)
    no_proxy: tuple[str, ...] = ()
    keepalive: bool = True
    http_version: str = "1.1"


@dataclass(frozen=True, slots=True)
class Call:
    """Method, absolute URL, headers, body. Redirects are never followed.

    purpose names the call in traces and metrics: discovery, jwks, introspection, token, …
    """

    method: str
    url: str
    headers: Headers = field(default_factory=Headers)
    body: bytes = field(default=b"", repr=False)
    purpose: str = "call"
    transport: Transport = field(default_factory=Transport)


Fetch = Callable[[Call], Awaitable[Reply]]
"""Make a call. Raises Fault(by=PROVIDER) when there is no answer within the limits."""
