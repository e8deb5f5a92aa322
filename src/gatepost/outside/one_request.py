"""One request as somebody wrote it, and what is answered as it came: nothing is followed.

It has one deadline; of the body so many bytes are read. Proxies of the environment are not used.
"""

import asyncio
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import aiohttp
import yarl

from gatepost.values import By, Fault, Headers

_AUTOMATIC = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


@dataclass(frozen=True, slots=True)
class OneRequest:
    """url: of the server and the path, percent-encoded. host: what the server is asked for.

    verify: whether its certificate must be good for that host.
    """

    method: str
    url: str
    host: str
    headers: Headers = field(default_factory=Headers, repr=False)
    body: bytes = field(default=b"", repr=False)
    verify: bool = True


@dataclass(frozen=True, slots=True)
class OneAnswer:
    """truncated: there was more of the body. seconds: from the call to the end of what was read."""

    status: int
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)
    truncated: bool
    seconds: float


async def send_one(request: OneRequest, *, seconds: float, limit: int) -> OneAnswer:
    """Send it over a connection of its own.

    Raises Fault(by=UPSTREAM): ``gateway.timeout``, ``gateway.unreachable``, ``gateway.tls``,
    ``gateway.malformed``.
    """
    began = time.monotonic()
    try:
        async with asyncio.timeout(seconds), _session() as session:
            return await _sent(session, request, began, limit)
    except TimeoutError:
        raise _of_the_gateway("gateway.timeout", f"did not answer within {seconds:.0f} s") from None
    except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientSSLError) as error:
        raise _of_the_gateway("gateway.tls", "has no certificate that is accepted", error) from None
    except (aiohttp.ClientPayloadError, aiohttp.ClientResponseError) as error:
        raise _of_the_gateway(
            "gateway.malformed", "gave an answer that cannot be read", error
        ) from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise _of_the_gateway("gateway.unreachable", "could not be reached", error) from None


async def _sent(
    session: aiohttp.ClientSession, request: OneRequest, began: float, limit: int
) -> OneAnswer:
    secure = request.url.startswith("https:")
    trusting: ssl.SSLContext | bool = True
    if secure and not request.verify:
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    async with session.request(
        request.method,
        yarl.URL(request.url, encoded=True),
        headers=[("Host", request.host), *_as_one(request.headers)],
        data=request.body or None,
        allow_redirects=False,
        ssl=trusting,
        server_hostname=_name(request.host) if secure else None,
    ) as response:
        body = bytearray()
        truncated = False
        async for chunk in response.content.iter_any():
            body += chunk
            if len(body) > limit:
                truncated = True
                break
        fields = tuple((str(name), value) for name, value in response.headers.items())
        took = time.monotonic() - began
        return OneAnswer(response.status, fields, bytes(body[:limit]), truncated, took)


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(force_close=True, limit=1),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
        trust_env=False,
        auto_decompress=False,
        raise_for_status=False,
        skip_auto_headers=_AUTOMATIC,
    )


def _as_one(headers: Headers) -> Iterator[tuple[str, str]]:
    """Yield the fields, those of one name in one spelling: the library loses others."""
    spelled: dict[str, str] = {}
    for name, value in headers:
        yield spelled.setdefault(name.lower(), name), value


def _name(host: str) -> str:
    """Return the name of a Host header without its port and brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _of_the_gateway(code: str, what: str, error: Exception | None = None) -> Fault:
    cause = None if error is None else type(error).__name__
    return Fault(code, f"The gateway {what}.", by=By.UPSTREAM, cause=cause)
