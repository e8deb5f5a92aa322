"""What a control plane is told once, at its start."""

from dataclasses import dataclass, field
from pathlib import Path

from gatepost.admin.abroad import TryingSettings
from gatepost.admin.login import LoginSettings
from gatepost.values import Address, Secret


@dataclass(frozen=True, slots=True)
class ControlPlaneSettings:
    """Everything ``gatepost control-plane`` can be told.

    prefix: its own directory. admin: where the Admin API listens. cluster: where nodes come.
    database: URL; None for a file in the prefix. database_key: what entities are sealed with;
    None for a key that is made once and kept in the prefix. admin_token: an administrator's
    token, for the time before there is another. admin_names: hosts by which others reach the API.
    admin_closed: a token is wanted on loopback too. admin_ssl_cert, admin_ssl_cert_key: PEM files;
    with them the Admin API speaks TLS. login: how people log in, None for not at all.
    certificate_life: seconds, of a node's. trying: what may be tried out through the Admin API.
    """

    prefix: Path
    admin: Address = field(default=Address("127.0.0.1", 8001))
    cluster: Address = field(default=Address("127.0.0.1", 8005))
    database: str | None = None
    database_key: Secret | None = None
    admin_token: Secret | None = None
    admin_names: frozenset[str] = frozenset()
    admin_closed: bool = False
    admin_ssl_cert: Path | None = None
    admin_ssl_cert_key: Path | None = None
    login: LoginSettings | None = None
    certificate_life: float = 30 * 86400.0
    trying: TryingSettings = field(default_factory=TryingSettings)
