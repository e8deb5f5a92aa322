"""Calls to providers: no redirects, one deadline for everything, a limit on what is read.

Proxies come from the Transport and never from the environment. Each origin has connections of its
own (a bulkhead), so that one slow provider does not hold up the others.
"""

import asyncio
import functools
import time
import zlib
from collections.abc import Callable
from urllib.parse import urlsplit

import aiohttp
import yarl

from gatepost import __version__
from gatepost.outside.not_link_local import NotLinkLocal, link_local
from gatepost.values import By, Call, Fault, Headers, Reply, Transport

PER_ORIGIN = 64
"""Connections to one origin at the same time; further calls wait within their deadline."""

_REPEATABLE = frozenset({"discovery", "jwks", "introspection", "userinfo"})
_OWN_HEADERS = (("User-Agent", f"gatepost/{__version__}"), ("Accept-Encoding", "identity"))
_CLIENT_CREDENTIALS = b"grant_type=client_credentials"

Told = Callable[[str, str, float], None]
"""Told of each call: purpose, result (status family such as ``2xx``, or a code), seconds."""


class Calls:
    """A Fetch over aiohttp. Use within a running event loop; ``close`` when done.

    link_local: whether addresses of the machine's own link may be called.
    """

    def __init__(
        self,
        told: Told | None = None,
        *,
        per_origin: int = PER_ORIGIN,
        link_local: bool = True,
    ) -> None:
        self._link_local = link_local
        self._told = told or (lambda _purpose, _result, _seconds: None)
        self._per_origin = per_origin
        self._sessions: dict[tuple[str, bool], aiohttp.ClientSession] = {}

    async def __call__(self, call: Call) -> Reply:
        """Make one call.

        Raises Fault(by=PROVIDER) ``provider.timeout``, ``provider.unreachable``,
        ``provider.tls``, ``provider.too_large`` or ``provider.malformed``.
        """
        begin = time.monotonic()
        try:
            reply = await self._with_deadline(call)
        except Fault as fault:
            self._told(call.purpose, fault.code, time.monotonic() - begin)
            raise
        self._told(call.purpose, f"{reply.status // 100}xx", time.monotonic() - begin)
        return reply

    async def close(self) -> None:
        """Close all connections."""
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    async def _with_deadline(self, call: Call) -> Reply:
        try:
            async with asyncio.timeout(call.transport.timeout):
                try:
                    return await self._once(call)
                except (aiohttp.ServerDisconnectedError, ConnectionResetError):
                    if not _repeatable(call):
                        raise
                    # A pooled connection that the provider had closed: ask on a new one.
                    return await self._once(call)
        except TimeoutError:
            raise _fault("provider.timeout", "The provider did not answer in time.", call) from None
        except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientSSLError) as error:
            raise _fault(
                "provider.tls", "The provider's certificate was not accepted.", call, error
            ) from None
        except (aiohttp.ClientPayloadError, aiohttp.ClientResponseError, zlib.error) as error:
            raise _fault(
                "provider.malformed", "The provider's answer could not be read.", call, error
            ) from None
        except (aiohttp.ClientError, OSError) as error:
            raise _fault(
                "provider.unreachable", "The provider could not be reached.", call, error
            ) from None
        except ValueError as error:
            raise _fault(
                "provider.unreachable", "The provider's address is not usable.", call, error
            ) from None

    async def _once(self, call: Call) -> Reply:
        way = call.transport
        url = _url(call.url)
        if url.scheme not in {"http", "https"} or not url.host:
            raise ValueError("neither http nor https")
        if not self._link_local and link_local(url.host):
            raise ValueError("an address of the machine's own link")
        headers = [field for field in _OWN_HEADERS if field[0] not in call.headers]
        headers += call.headers
        proxy, authorization = _proxy(way, url)
        proxy_headers = None
        if proxy is not None and authorization is not None:
            if url.scheme == "https":
                proxy_headers = {"Proxy-Authorization": authorization}
            else:
                headers.append(("Proxy-Authorization", authorization))
        async with self._session(way).request(
            call.method,
            url,
            headers=headers,
            data=call.body or None,
            allow_redirects=False,
            ssl=way.ssl_verify,
            proxy=proxy,
            proxy_headers=proxy_headers,
        ) as response:
            body = await _read(response, call)
            # The library's names are texts of its own kind, which not everybody can write down.
            fields = [(str(name), value) for name, value in response.headers.items()]
            return Reply(response.status, Headers(fields), body)

    def _session(self, way: Transport) -> aiohttp.ClientSession:
        key = (way.http_version, way.keepalive)
        session = self._sessions.get(key)
        if session is None:
            connector = aiohttp.TCPConnector(
                limit=0,
                limit_per_host=self._per_origin,
                force_close=not way.keepalive,
                keepalive_timeout=15.0 if way.keepalive else None,
                ttl_dns_cache=10,
                resolver=None if self._link_local else NotLinkLocal(),
            )
            session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
                trust_env=False,
                auto_decompress=False,
                raise_for_status=False,
                skip_auto_headers=("Content-Type", "Accept"),
                version=aiohttp.HttpVersion10 if key[0] == "1.0" else aiohttp.HttpVersion11,
            )
            self._sessions[key] = session
        return session


async def _read(response: aiohttp.ClientResponse, call: Call) -> bytes:
    """Read at most the limit, also of what unpacks from a compressed body."""
    limit = call.transport.limit
    declared = response.content_length
    if declared is not None and declared > limit:
        raise _too_large(call)
    coding = (response.headers.get("Content-Encoding") or "identity").strip().lower()
    unpack = None
    if coding in {"gzip", "x-gzip", "deflate"}:
        unpack = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)  # by header: gzip or zlib
    elif coding != "identity":
        raise _fault("provider.malformed", "The provider's answer could not be read.", call)
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk if unpack is None else unpack.decompress(chunk, limit + 1 - len(body))
        if len(body) > limit or (unpack is not None and unpack.unconsumed_tail):
            raise _too_large(call)
    if unpack is not None and body and not unpack.eof:
        raise _fault("provider.malformed", "The provider's answer was cut off.", call)
    return bytes(body)


@functools.lru_cache(maxsize=256)  # endpoints: few, ever the same
def _url(text: str) -> yarl.URL:
    return yarl.URL(text, encoded=True)


def _proxy(way: Transport, url: yarl.URL) -> tuple[str | None, str | None]:
    host = (url.host or "").lower()
    for name in way.no_proxy:
        plain = name.strip().lower()
        if plain == "*" or host == plain.lstrip(".") or host.endswith("." + plain.lstrip(".")):
            return None, None
    if url.scheme == "https":
        return way.https_proxy, way.https_proxy_authorization
    return way.http_proxy, way.http_proxy_authorization


def _repeatable(call: Call) -> bool:
    safe = call.method in {"GET", "HEAD"} or call.purpose in _REPEATABLE
    return safe or _CLIENT_CREDENTIALS in call.body


def _too_large(call: Call) -> Fault:
    return _fault("provider.too_large", "The provider's answer is larger than is read.", call)


def _fault(code: str, message: str, call: Call, error: Exception | None = None) -> Fault:
    """Build the fault; its cause names origin and kind of error, never a query or a body."""
    url = urlsplit(call.url)
    kind = "" if error is None else f": {type(error).__name__}"
    cause = f"{call.purpose} at {url.scheme}://{url.hostname or ''}{kind}"
    return Fault(code, message, by=By.PROVIDER, cause=cause, retry_after=5)
