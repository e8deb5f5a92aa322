"""From a Configuration to what nginx is given: nginx.conf with its files, and tables."""

import contextlib
import datetime
import socket
from collections.abc import Mapping
from dataclasses import dataclass, replace

from gatepost.disk import write_atomically
from gatepost.engine import (
    EngineSettings,
    Known,
    Listener,
    PlanSpec,
    Slots,
    Tables,
    Zones,
    compile_engine,
    directories,
    render,
    self_signed,
)
from gatepost.model import resolve
from gatepost.node.binaries import Nginx
from gatepost.node.prefix import Prefix
from gatepost.node.reading import Configuration
from gatepost.node.settings import NodeSettings
from gatepost.values import Address
from gatepost.values.listening import cannot_listen


@dataclass(frozen=True, slots=True)
class Compiled:
    """What one configuration is to nginx."""

    conf: str
    tables: Tables
    slots: Slots


class Compiler:
    """Compiles one configuration after the other; slots that were given stay given."""

    def __init__(
        self, settings: NodeSettings, nginx: Nginx, prefix: Prefix, user: str | None
    ) -> None:
        self._settings = settings
        self._prefix = prefix
        self._slots = Slots()
        self._specs: dict[str, PlanSpec] = {}
        self._known = Known()
        self._proxy = settings.proxy
        self._proxy_ssl = settings.proxy_ssl
        directory = prefix.pid.parent
        self._engine = EngineSettings(
            directory=directory,
            push_socket=prefix.push_socket,
            secret_file=prefix.secret,
            authorizers=tuple(prefix.authorizer_socket(i) for i in range(settings.authorizers)),
            listeners=(),
            tls_directory=directory / "tls",
            certificate=directory / "tls" / "listener.crt",
            key=directory / "tls" / "listener.key",
            modules=nginx.modules,
            workers=settings.workers,
            user=user,
            trusted=settings.trusted_ips,
            shutdown_timeout=max(1, round(settings.drain)),
            refusal_rate=float(settings.refusal_budget),
            refusal_burst=float(settings.refusal_budget * 10),
            zones=Zones(l2=settings.memory),
            traces=settings.traces,
            trace_log=settings.trace_log,
        )

    def prepare(self) -> None:
        """Choose ports and make the directories and the listeners' own certificate.

        Raises Fault (operator) ``listen.taken``, OSError.
        """
        self._proxy = _chosen("proxy", self._proxy)
        self._proxy_ssl = _chosen("proxy-ssl", self._proxy_ssl)
        listeners = []
        if self._proxy is not None:
            listeners.append(Listener(str(self._proxy)))
        if self._proxy_ssl is not None:
            listeners.append(Listener(str(self._proxy_ssl), tls=True, http2=True))
        self._engine = replace(self._engine, listeners=tuple(listeners))
        for name in ("tmp", *directories()):
            path = self._engine.directory / name
            path.mkdir(parents=True, exist_ok=True)
            path.parent.chmod(0o711 if self._engine.user else 0o700)
        self._engine.files.mkdir(mode=0o700, exist_ok=True)
        if self._proxy_ssl is not None:
            certificate, key = self._engine.certificate, self._engine.key
            if certificate and key and not (certificate.exists() and key.exists()):
                pems = self_signed(datetime.datetime.now(datetime.UTC))
                for path, pem in zip((certificate, key), pems, strict=True):
                    write_atomically(path, pem)

    def addresses(self) -> dict[str, str]:
        """Return where clients reach the node, by kind."""
        found = {}
        if self._proxy is not None:
            found["proxy"] = f"http://{self._proxy}"
        if self._proxy_ssl is not None:
            found["proxy-ssl"] = f"https://{self._proxy_ssl}"
        return found

    def compile(self, configuration: Configuration) -> Compiled:
        """Compile, and write the files that nginx.conf names. Raises Fault, OSError.

        Slots count as given only when ``accept`` says so.
        """
        snapshot = configuration.snapshot
        vault = self._settings.vault

        def reveal(text: str) -> str:
            return str(resolve(text, vault.get, snapshot.vaults))

        specs = _specs(configuration, self._specs)
        compiled = compile_engine(snapshot, specs, self._slots, reveal, self._known)
        self._specs = {spec.id: spec for spec in specs.values() if spec is not None}
        for name, content in compiled.files.items():
            path = self._engine.files / name
            if not path.exists():  # content-addressed: the same name is the same content
                write_atomically(path, content)
        conf = render(self._engine, compiled.slots)
        return Compiled(conf, compiled.tables, compiled.slots)

    def accept(self, compiled: Compiled) -> None:
        """Take note that nginx runs with these slots."""
        self._slots = compiled.slots


def _specs(
    configuration: Configuration, known: Mapping[str, PlanSpec]
) -> Mapping[str, PlanSpec | None]:
    specs: dict[str, PlanSpec | None] = {}
    for route, plan_id in configuration.plan_of.items():
        plan = configuration.plans[plan_id] if plan_id is not None else None
        specs[route] = (
            None
            if plan is None
            else known.get(plan.id)  # an id stands for all that the plan is
            or PlanSpec(
                id=plan.id,
                attributes=tuple(map(str, plan.attributes)),
                remember=plan.remember,
                patience=plan.patience,
                identity_headers=plan.identity_headers,
                cookies=plan.cookies,
                session_cookie=plan.session_cookie,
            )
        )
    return specs


def _chosen(what: str, address: Address | None) -> Address | None:
    """Return the address with a port that is free now; nginx itself cannot ask for any port."""
    if address is None:
        return None
    host = "127.0.0.1" if address.host.lower() == "localhost" else address.host
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with contextlib.closing(socket.socket(family)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, address.port))
        except OSError as error:
            raise cannot_listen(what, address, error) from error
        port: int = probe.getsockname()[1]
    return Address(host, port)
