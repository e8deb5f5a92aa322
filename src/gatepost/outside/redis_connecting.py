"""From RedisSettings to a client of the Redis library: one server, sentinels, or a cluster.

Nothing connects here: a client connects when it is first used. RESP2 is spoken, which every Redis
and every proxy in front of one understands, and a connection says nothing of itself (CLIENT
SETINFO, SETNAME), so that a user needs no right for it.
"""

import asyncio
import functools
import ssl
from typing import Any

from redis.asyncio import (
    Connection,
    ConnectionPool,
    Redis,
    RedisCluster,
    Sentinel,
    UnixDomainSocketConnection,
)
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import SentinelManagedConnection
from redis.backoff import NoBackoff

from gatepost.values import RedisSettings, Secret


class _Bounded(AbstractConnection):
    """A connection that reads for so many seconds at most.

    The library's own bound goes through ``asyncio.wait_for``, which until Python 3.12 can swallow
    that a task is cancelled. Sending is bounded with the whole of a command.
    """

    def __init__(self, *, read_seconds: float, **more: Any) -> None:
        self._read_seconds = read_seconds
        super().__init__(**more)

    async def read_response(self, *given: Any, **more: Any) -> Any:
        async with asyncio.timeout(self._read_seconds):
            return await super().read_response(*given, **more)


class _Plain(_Bounded, Connection):
    """Over TCP."""


class _OverUnix(_Bounded, UnixDomainSocketConnection):
    """Over a UNIX socket."""


class _Tls(_Plain):
    """Over TLS; the certificate is judged by a context that all connections share.

    The library's own class reads the authorities anew for each connection, and knows no other
    name for a server than the host that it connects to.
    """

    def __init__(self, *, tls_context: ssl.SSLContext, tls_name: str | None, **more: Any) -> None:
        self._tls_context, self._tls_name = tls_context, tls_name
        super().__init__(**more)

    def _connection_arguments(self) -> dict[str, Any]:
        tls = {"ssl": self._tls_context, "server_hostname": self._tls_name or self.host}
        return {**super()._connection_arguments(), **tls}


class _Sentinel(SentinelManagedConnection, _Plain):
    """To a server that sentinels name."""


class _SentinelTls(SentinelManagedConnection, _Tls):
    """The same over TLS."""


class Client:
    """A client of the library, and what else must be closed with it.

    commands: has ``execute_command``.
    """

    def __init__(self, commands: Any, *, sentinels: Sentinel | None = None) -> None:
        self.commands = commands
        self._sentinels = sentinels

    async def close(self) -> None:
        """Close all connections."""
        await self.commands.aclose()
        if self._sentinels is not None:
            await self._sentinels.aclose()


def client_of(settings: RedisSettings) -> Client:
    """Return the client of a Redis."""
    common = _common(settings, settings.username, settings.password)
    common["max_connections"] = settings.pool
    if settings.sentinel_master is not None:
        kind = _kind(settings, _Sentinel, _SentinelTls)
        return _behind_sentinels(settings, settings.sentinel_master, common | kind)
    if settings.cluster_nodes:
        return Client(_cluster(settings, common))
    common["db"] = settings.database
    if settings.socket is not None:  # within one machine there is nothing to encrypt
        way: dict[str, Any] = {"path": settings.socket, "connection_class": _OverUnix}
    else:
        way = {"host": settings.host, "port": settings.port, **_kind(settings, _Plain, _Tls)}
    return Client(Redis.from_pool(ConnectionPool(**common, **way)))


def _common(
    settings: RedisSettings, username: str | None, password: Secret | None
) -> dict[str, Any]:
    return {
        "username": username,
        "password": password.reveal() if password is not None else None,
        "socket_connect_timeout": settings.connect_timeout,
        "socket_timeout": None,
        "read_seconds": settings.read_timeout,
        "protocol": 2,
        "driver_info": None,
        "retry": Retry(NoBackoff(), 0),  # who asks says what may be tried again
    }


def _kind(
    settings: RedisSettings, plain: type[_Bounded], encrypted: type[_Bounded]
) -> dict[str, Any]:
    """Return what makes connections be of one of two kinds."""
    if not settings.ssl:
        return {"connection_class": plain}
    context, name = _context(settings.ssl_verify), settings.server_name
    return {"connection_class": encrypted, "tls_context": context, "tls_name": name}


@functools.cache
def _context(verify: bool) -> ssl.SSLContext:
    """Return the context of all TLS to Redis; it trusts the authorities of the system."""
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _behind_sentinels(settings: RedisSettings, master: str, common: dict[str, Any]) -> Client:
    """Return a client of the master, or of a replica where that is wished.

    ``any`` is the master: everything that is kept there is also written.
    """
    theirs = _common(settings, settings.sentinel_username, settings.sentinel_password)
    theirs |= _kind(settings, _Plain, _Tls)
    sentinels = Sentinel([])  # type: ignore[no-untyped-call]
    sentinels.sentinels = [
        Redis.from_pool(ConnectionPool(host=host, port=port, **theirs))
        for host, port in settings.sentinel_nodes
    ]
    common["db"] = settings.database
    choose = sentinels.slave_for if settings.sentinel_role == "slave" else sentinels.master_for
    return Client(choose(master, **common), sentinels=sentinels)


def _cluster(settings: RedisSettings, common: dict[str, Any]) -> RedisCluster:
    # It takes no kind of connection from outside, so it is told before it connects.
    own = {**_kind(settings, _Plain, _Tls), "read_seconds": common.pop("read_seconds")}
    nodes = [ClusterNode(host, port) for host, port in settings.cluster_nodes]
    cluster = RedisCluster(startup_nodes=nodes, **common)
    cluster.RedisClusterRequestTTL = settings.cluster_redirections + 1
    cluster.connection_kwargs.update(own)
    kind = own.pop("connection_class")
    for node in cluster.nodes_manager.startup_nodes.values():
        node.connection_class = kind
        node.connection_kwargs.update(own)
    return cluster
