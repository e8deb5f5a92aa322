"""What a node decides about its nginx: where things are, what listens, and how much memory."""

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path

from gatepost.values import By, Fault

_FORBIDDEN = set("\"'\\;{}$\n\r\t #")


@dataclass(frozen=True, slots=True)
class Listener:
    """One address to listen on. http2 on a plain listener takes HTTP/2 alone (for gRPC)."""

    address: str
    tls: bool = False
    http2: bool = False


@dataclass(frozen=True, slots=True)
class Zones:
    """Bytes of each zone of shared memory."""

    conf: int = 64 << 20
    l2: int = 64 << 20
    refused: int = 8 << 20
    generations: int = 4 << 20
    locks: int = 2 << 20
    budget: int = 8 << 20
    metrics: int = 8 << 20
    traces: int = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """Everything that nginx.conf depends on beside the slots. Paths are absolute.

    directory: for temporary files, logs and the pid. tls_directory: where ``Compiled.files`` are
    written. certificate, key: files for listeners that no SNI names. modules: the shared objects to
    load; empty when they are built in (OpenResty). lua: directories of Lua modules beside
    nginx's own. trusted: networks of proxies whose forwarding headers count. user: for nginx that
    is started by root, such as ``nobody nogroup``. traces: requests of each kind that each worker
    tells of in a second; 0 for none. trace_log: where LuaJIT's trace compiler writes what it does
    (for developers of the hot path). verbose: log what happens to single requests; their first
    lines, tokens in queries too, are then in the log. For debugging alone.
    """

    directory: Path
    push_socket: Path
    secret_file: Path
    authorizers: tuple[Path, ...]
    listeners: tuple[Listener, ...]
    tls_directory: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    modules: tuple[Path, ...] = ()
    lua: tuple[Path, ...] = (Path(__file__).with_name("lua"),)
    workers: int = 1
    connections: int = 8192
    user: str | None = None
    trusted: tuple[str, ...] = ()
    real_ip_header: str = "X-Forwarded-For"
    real_ip_recursive: bool = True
    authorities: Path = Path("/etc/ssl/certs/ca-certificates.crt")
    keepalive: int = 512
    header_buffers: str = "8 16k"
    shutdown_timeout: int = 10
    verbose: bool = False
    memory_bytes: int = 32 << 20
    refused_bytes: int = 4 << 20
    refusal_rate: float = 20.0
    refusal_burst: float = 200.0
    zones: Zones = field(default_factory=Zones)
    traces: int = 0
    trace_log: Path | None = None

    def __post_init__(self) -> None:
        """Raise Fault (operator) ``engine.setting`` for what nginx.conf could not hold."""
        paths = (self.directory, self.push_socket, self.secret_file, *self.authorizers, *self.lua)
        known = (self.tls_directory, self.certificate, self.key, self.authorities)
        optional = (*known, self.trace_log)
        for path in (*paths, *self.modules, *(one for one in optional if one is not None)):
            if not path.is_absolute() or _FORBIDDEN & set(str(path)):
                raise _refused(
                    f"The path {str(path)!r} must be absolute, without spaces, quotes and '$'."
                )
        for listener in self.listeners:
            if _FORBIDDEN & set(listener.address) or ":" not in listener.address:
                raise _refused(f"{listener.address!r} is no address to listen on; write HOST:PORT.")
            if listener.tls and (self.certificate is None or self.key is None):
                raise _refused("A TLS listener needs a certificate and a key.")
        for network in self.trusted:
            try:
                ipaddress.ip_network(network, strict=False)
            except ValueError:
                raise _refused(
                    f"{network!r} is no network of trusted proxies; write 10.0.0.0/8."
                ) from None
        if not self.real_ip_header.replace("-", "").isalnum():
            raise _refused(f"{self.real_ip_header!r} is no header name.")

    @property
    def pid_file(self) -> Path:
        """Where nginx's master writes its process id."""
        return self.directory / "nginx.pid"

    @property
    def log(self) -> Path:
        """Where the node reads what nginx has to say; no request line is ever in it."""
        return self.directory / "error.log"

    @property
    def files(self) -> Path:
        """Where the files of ``Compiled.files`` belong."""
        return self.tls_directory or self.directory / "tls"


def _refused(message: str) -> Fault:
    return Fault("engine.setting", message, by=By.OPERATOR)
