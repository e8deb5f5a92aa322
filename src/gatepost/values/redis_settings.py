"""Where a Redis is and how it is spoken to, as a value; a function elsewhere connects."""

from dataclasses import dataclass
from typing import Literal

from gatepost.values.secret import Secret

Place = tuple[str, int]
"""Host and port."""


@dataclass(frozen=True, slots=True)
class RedisSettings:
    """One Redis: a server, a cluster (``cluster_nodes``) or one behind sentinels.

    socket: path of a UNIX socket instead of host and port. prefix: what every key of ours begins
    with. server_name: the name that the certificate must have, where it is not the host. Timeouts
    are seconds. pool: connections of one process at most. role: which of the sentinels' servers.
    """

    host: str = "127.0.0.1"
    port: int = 6379
    socket: str | None = None
    database: int = 0
    username: str | None = None
    password: Secret | None = None
    ssl: bool = False
    ssl_verify: bool = True
    server_name: str | None = None
    prefix: str = "sessions"
    connect_timeout: float = 2.0
    read_timeout: float = 2.0
    send_timeout: float = 2.0
    pool: int = 256
    cluster_nodes: tuple[Place, ...] = ()
    cluster_redirections: int = 5
    sentinel_master: str | None = None
    sentinel_role: Literal["master", "slave", "any"] = "master"
    sentinel_nodes: tuple[Place, ...] = ()
    sentinel_username: str | None = None
    sentinel_password: Secret | None = None

    @property
    def name(self) -> str:
        """How logs and metrics call it; never a secret."""
        if self.sentinel_master is not None:
            return f"{self.sentinel_master} of the sentinels"
        if self.cluster_nodes:
            host, port = self.cluster_nodes[0]
            return f"the cluster at {host}:{port}"
        return self.socket or f"{self.host}:{self.port}"
