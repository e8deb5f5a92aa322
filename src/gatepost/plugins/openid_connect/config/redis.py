"""A Redis as Kong's record describes it, and as the values that a client is made from."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, Strict, model_validator

from gatepost.plugin.shape import Like
from gatepost.plugins.openid_connect.config.kinds import Fields, Port, Record, later, works
from gatepost.plugins.openid_connect.config.records import CloudAuthentication
from gatepost.values import RedisSettings, Secret

_DEFAULT_PLACE = ("127.0.0.1", 6379)
_MOST = 2_147_483_646
_Milliseconds = Annotated[int, Field(ge=1, le=_MOST)]


class ClusterNode(Fields):
    """One node of a cluster."""

    ip: str = works("127.0.0.1", "Address or name of the node.")
    port: Port = works(6379, "Its port.")


class SentinelNode(Fields):
    """One sentinel."""

    host: str = works("127.0.0.1", "Address or name of the sentinel.")
    port: Port = works(6379, "Its port.")


class SharedCacheRedis(Fields):
    """The Redis of a cache that nodes share. Timeouts are milliseconds."""

    host: str = works("127.0.0.1", "Host of the server.")
    port: Port = works(6379, "Its port.")
    database: Annotated[int, Field(ge=0)] = works(0, "Number of the database.")
    username: str | None = works(None, "User of an access list.")
    password: str | None = works(None, "Password.", secret=True)
    ssl: bool = works(False, "Speak TLS.")
    ssl_verify: bool = works(True, "Verify the server's certificate.")
    server_name: str | None = works(None, "Name in the certificate, where it is not the host.")
    connect_timeout: _Milliseconds = works(2000, "Milliseconds to connect.")
    read_timeout: _Milliseconds = works(2000, "Milliseconds to wait for an answer.")
    send_timeout: _Milliseconds = works(2000, "Milliseconds to send.")
    keepalive_pool_size: Annotated[int, Field(ge=1)] = works(256, "Connections at most.")
    keepalive_backlog: int | None = later(None, "Connections that wait for one of the pool.")
    connection_is_proxied: bool = later(False, "The server is behind a proxy.")
    cluster_nodes: Annotated[tuple[ClusterNode, ...], Strict(strict=False)] | None = works(
        None, "Nodes of a cluster, by which it is found."
    )
    cluster_max_redirections: Annotated[int, Field(ge=0)] = works(
        5, "Redirections of one command within the cluster."
    )
    sentinel_master: str | None = works(None, "Name of the master that sentinels watch.")
    sentinel_role: Literal["any", "master", "slave"] | None = works(
        None, "Which of the watched servers is used; unset is the master."
    )
    sentinel_nodes: Annotated[tuple[SentinelNode, ...], Strict(strict=False)] | None = works(
        None, "The sentinels."
    )
    sentinel_username: str | None = works(None, "User at the sentinels.")
    sentinel_password: str | None = works(None, "Password at the sentinels.", secret=True)
    cloud_authentication: Annotated[Record, Like(CloudAuthentication)] | None = later(
        None, "Authentication by a cloud's identity."
    )

    @model_validator(mode="before")
    @classmethod
    def _null_means_unset(cls, raw: Any) -> Any:
        if not isinstance(raw, Mapping):
            return raw
        return {name: value for name, value in raw.items() if value is not None}


class RedisRecord(SharedCacheRedis):
    """The Redis of sessions."""

    socket: str | None = works(None, "Path of a UNIX socket, instead of host and port.")
    prefix: str | None = works(None, "What every key begins with; unset is 'sessions'.")

    @property
    def placed(self) -> bool:
        """Whether somebody said where it is; everybody's file holds the defaults."""
        where = (self.host, self.port) != _DEFAULT_PLACE
        return where or any((self.socket, self.cluster_nodes, self.sentinel_nodes))

    def settings(self) -> RedisSettings:
        """Return the values that a client is made from."""
        return RedisSettings(
            host=self.host,
            port=self.port,
            socket=self.socket,
            database=self.database,
            username=self.username,
            password=Secret(self.password) if self.password else None,
            ssl=self.ssl,
            ssl_verify=self.ssl_verify,
            server_name=self.server_name,
            prefix=self.prefix or "sessions",
            connect_timeout=self.connect_timeout / 1000,
            read_timeout=self.read_timeout / 1000,
            send_timeout=self.send_timeout / 1000,
            pool=self.keepalive_pool_size,
            cluster_nodes=tuple((node.ip, node.port) for node in self.cluster_nodes or ()),
            cluster_redirections=self.cluster_max_redirections,
            sentinel_master=self.sentinel_master,
            sentinel_role=self.sentinel_role or "master",
            sentinel_nodes=tuple((node.host, node.port) for node in self.sentinel_nodes or ()),
            sentinel_username=self.sentinel_username,
            sentinel_password=Secret(self.sentinel_password) if self.sentinel_password else None,
        )

    def problems(self) -> list[str]:
        """Return what does not fit together."""
        found = []
        if bool(self.sentinel_master) != bool(self.sentinel_nodes):
            found.append("redis: sentinel_master and sentinel_nodes belong together")
        if self.cluster_nodes and self.sentinel_nodes:
            found.append("redis: a cluster has no sentinels; keep one of the two")
        if self.ssl and self.socket:
            found.append("redis: a UNIX socket has no TLS; leave out ssl or socket")
        if self.sentinel_role in ("slave", "any"):
            found.append("redis: sessions are written, so sentinel_role is master, or left out")
        if self.cluster_nodes and self.database:
            found.append("redis: a cluster has one database, number 0")
        if self.username and not self.password:
            found.append("redis: username needs password")
        return found
