"""The settings of a node, from wherever they were given."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gatepost.cli.settings import (
    Setting,
    address,
    address_or_off,
    addresses,
    count,
    count_or_off,
    gather,
    kong_listen,
    kong_workers,
    networks,
    seconds,
    secret,
    size,
    switch,
)
from gatepost.node.settings import NodeSettings
from gatepost.values import By, Fault

_OF_ANY_NODE = (
    Setting("prefix", Path, "KONG_PREFIX"),
    Setting("proxy", address_or_off(8000), "KONG_PROXY_LISTEN", kong_listen(8000, ssl=False)),
    Setting("proxy_ssl", address_or_off(8443), "KONG_PROXY_LISTEN", kong_listen(8443, ssl=True)),
    Setting("status", address(8007), "KONG_STATUS_LISTEN", kong_listen(8007, ssl=False)),
    Setting("status_token", secret),
    Setting("workers", count(1, 256), "KONG_NGINX_WORKER_PROCESSES", kong_workers),
    Setting("authorizers", count(1, 64)),
    Setting("trusted_ips", networks, "KONG_TRUSTED_IPS"),
    Setting("refusal_budget", count(1, 1_000_000)),
    Setting("memory", size),
    Setting("drain", seconds),
    Setting("user", str),
    Setting("nginx", Path),
    Setting("trace_log", Path),
)
SETTINGS = (
    Setting("file", Path, "KONG_DECLARATIVE_CONFIG"),
    *_OF_ANY_NODE,
    Setting("last_good", switch),
)
"""Of a node with a file."""
MEMBER_SETTINGS = (
    Setting("control_plane", addresses(8005), "KONG_CLUSTER_CONTROL_PLANE"),
    Setting("token", secret),
    Setting("report_every", seconds),
    Setting("traces", count_or_off(1, 1000)),
    *_OF_ANY_NODE,
)
"""Of a node of a control plane."""

TRACES = 20
"""Requests of each kind that a process of a control plane's node tells of in a second."""
_PASSED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "TMPDIR")


def node_settings(
    flags: Mapping[str, Any], environ: Mapping[str, str] | None = None
) -> NodeSettings:
    """Return the settings of a node with a file. Raises Fault (operator) ``settings.invalid``."""
    environ = os.environ if environ is None else environ
    values = _gathered(SETTINGS, flags, environ)
    if "file" not in values:
        raise Fault("settings.invalid", "Name the kong.yaml: gatepost run FILE.", by=By.OPERATOR)
    return _made(Path(values.pop("file")), values, environ)


def member_settings(
    flags: Mapping[str, Any], environ: Mapping[str, str] | None = None
) -> NodeSettings:
    """Return the settings of a node of a control plane. Raises Fault as ``node_settings``."""
    environ = os.environ if environ is None else environ
    values = {"traces": TRACES, **_gathered(MEMBER_SETTINGS, flags, environ)}
    return _made(None, values, environ)


def _gathered(
    settings: tuple[Setting, ...], flags: Mapping[str, Any], environ: Mapping[str, str]
) -> dict[str, Any]:
    written = flags.get("settings") or environ.get("GATEPOST_SETTINGS")
    return gather(settings, flags, environ, Path(written) if written else None)


def _made(file: Path | None, values: dict[str, Any], environ: Mapping[str, str]) -> NodeSettings:
    if values.get("status", ...) is None:
        del values["status"]
    prefix = values.pop("prefix", None) or default_prefix(environ)
    return NodeSettings(
        file=file,
        prefix=Path(prefix),
        environment={name: environ[name] for name in _PASSED if name in environ},
        vault=vault_of(environ),
        **values,
    )


def vault_of(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that ``{vault://env/…}`` may name: all but Gatepost's own settings.

    Whoever writes a configuration can send what it names anywhere; tokens of the node itself are
    not theirs.
    """
    return {name: text for name, text in environ.items() if not name.startswith("GATEPOST_")}


def default_prefix(environ: Mapping[str, str]) -> Path:
    """Return where a node keeps its things when nobody says: /var/lib for root, else the home."""
    if os.geteuid() == 0:
        return Path("/var/lib/gatepost")
    state = environ.get("XDG_STATE_HOME")
    return (Path(state) if state else Path.home() / ".local" / "state") / "gatepost"
