"""From RedisSettings to a client of the Redis library: one server, sentinels, or a cluster.

Nothing connects here: a client connects when it is first used. RESP2 is spoken, which every Redis
and every proxy in front of one understands, and a connection says nothing of itself (CLIENT
SETINFO, SETNAME), so that a user needs no right for it.
"""

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
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import SentinelManagedConnection
from redis.backoff import NoBackoff

from gatepost.values import RedisSettings, Secret


class _Tls(Connection):
    """A connection whose certificate is judged by a context that all of a client share.

    The library's own class reads the authorities anew for each connection, and knows no other
    name for a server than the host that it connects to.
    """

    def __init__(self, *, tls_context: ssl.SSLContext, tls_name: str | None, **more: Any) -> None:
        self._tls_context, self._tls_name = tls_context, tls_name
        super().__init__(**more)

    def _connection_arguments(self) -> dict[str, Any]:
        name = self._tls_name or self.host
        return {
            **super()._connection_arguments(),
            "ssl": self._tls_context,
            "server_hostname": name,
        }


class _SentinelTls(SentinelManagedConnection, _Tls):
    """The same for a server that sentinels name."""


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
        return _behind_sentinels(
            settings, settings.sentinel_master, common | _tls(settings, _SentinelTls)
        )
    if settings.cluster_nodes:
        return Client(_cluster(settings, common))
    common["db"] = settings.database
    if settings.socket is not None:  # within one machine there is nothing to encrypt
        over: dict[str, Any] = {"connection_class": UnixDomainSocketConnection}
        over["path"] = settings.socket
    else:
        over = {"host": settings.host, "port": settings.port, **_tls(settings, _Tls)}
    return Client(Redis.from_pool(ConnectionPool(**common, **over)))


def _common(
    settings: RedisSettings, username: str | None, password: Secret | None
) -> dict[str, Any]:
    return {
        "username": username,
        "password": password.reveal() if password is not None else None,
        "socket_connect_timeout": settings.connect_timeout,
        # One bound for both directions; together they are bounded by the deadline of a command.
        "socket_timeout": max(settings.read_timeout, settings.send_timeout),
        "protocol": 2,
        "driver_info": None,
        "retry": Retry(NoBackoff(), 0),  # who asks says what may be tried again
    }


def _tls(settings: RedisSettings, kind: type[Connection]) -> dict[str, Any]:
    """Return what makes connections be of a kind that speaks TLS, or nothing."""
    if not settings.ssl:
        return {}
    context, name = _context(settings.ssl_verify), settings.server_name
    return {"connection_class": kind, "tls_context": context, "tls_name": name}


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
    theirs |= _tls(settings, _Tls)
    sentinels = Sentinel([])  # type: ignore[no-untyped-call]
    sentinels.sentinels = [
        Redis.from_pool(ConnectionPool(host=host, port=port, **theirs))
        for host, port in settings.sentinel_nodes
    ]
    common["db"] = settings.database
    choose = sentinels.slave_for if settings.sentinel_role == "slave" else sentinels.master_for
    return Client(choose(master, **common), sentinels=sentinels)


def _cluster(settings: RedisSettings, common: dict[str, Any]) -> RedisCluster:
    nodes = [ClusterNode(host, port) for host, port in settings.cluster_nodes]
    cluster = RedisCluster(startup_nodes=nodes, **common)
    cluster.RedisClusterRequestTTL = settings.cluster_redirections + 1
    # It takes no kind of connection from outside, so it is told before it connects.
    tls = _tls(settings, _Tls)
    cluster.connection_kwargs.update(tls)
    kind = tls.pop("connection_class", Connection)
    for node in cluster.nodes_manager.startup_nodes.values():
        node.connection_class = kind
        node.connection_kwargs.update(tls)
    return cluster
