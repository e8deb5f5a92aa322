"""The settings of a control plane, from wherever they were given."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gatepost.admin import ControlPlaneSettings
from gatepost.cli.node_settings import default_prefix
from gatepost.cli.settings import Setting, address, gather, kong_listen, names, secret

SETTINGS = (
    Setting("admin", address(8001), "KONG_ADMIN_LISTEN", kong_listen(8001, ssl=False)),
    Setting("cluster", address(8005), "KONG_CLUSTER_LISTEN", kong_listen(8005, ssl=None)),
    Setting("database", str),
    Setting("database_key", secret),
    Setting("admin_token", secret),
    Setting("admin_names", names),
    Setting("prefix", Path, "KONG_PREFIX"),
)


def control_plane_settings(
    flags: Mapping[str, Any], environ: Mapping[str, str] | None = None
) -> ControlPlaneSettings:
    """Return the settings of a control plane. Raises Fault (operator) ``settings.invalid``."""
    environ = os.environ if environ is None else environ
    written = flags.get("settings") or environ.get("GATEPOST_SETTINGS")
    values = gather(SETTINGS, flags, environ, Path(written) if written else None)
    prefix = values.pop("prefix", None) or default_prefix(environ) / "control-plane"
    # Kong's "off" says nothing here: a control plane without these would be none
    kept = {name: value for name, value in values.items() if value is not None}
    return ControlPlaneSettings(prefix=Path(prefix), **kept)
