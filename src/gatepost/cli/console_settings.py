"""The settings of a console, from wherever they were given."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from gatepost.cli.node_settings import default_prefix
from gatepost.cli.settings import Setting, address, gather, names, switch
from gatepost.console import ConsoleSettings


def _url(text: str) -> str:
    written = text.strip()
    parts = urlsplit(written if "://" in written else f"http://{written}")
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("the address of an Admin API is wanted, such as http://127.0.0.1:8001")
    if parts.username or parts.password:
        raise ValueError("no name and password are sent to an Admin API; it takes tokens")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


SETTINGS = (
    Setting("console_listen", address(8002)),
    Setting("admin_url", _url),
    Setting("console_names", names),
    Setting("console_secure", switch),
    Setting("prefix", Path),
)

_FLAGS = {"listen": "console_listen", "admin": "admin_url"}
_FIELDS = {
    "console_listen": "listen",
    "admin_url": "admin",
    "console_names": "names",
    "console_secure": "secure",
}


def console_settings(
    flags: Mapping[str, Any], environ: Mapping[str, str] | None = None
) -> ConsoleSettings:
    """Return the settings of a console. Raises Fault (operator) ``settings.invalid``."""
    environ = os.environ if environ is None else environ
    named = {_FLAGS.get(name, name): value for name, value in flags.items()}
    written = named.get("settings") or environ.get("GATEPOST_SETTINGS")
    values = gather(SETTINGS, named, environ, Path(written) if written else None)
    prefix = values.pop("prefix", None) or default_prefix(environ) / "console"
    return ConsoleSettings(
        prefix=Path(prefix), **{_FIELDS[name]: value for name, value in values.items()}
    )
