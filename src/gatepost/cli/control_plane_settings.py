"""The settings of a control plane, from wherever they were given."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from gatepost.admin import ControlPlaneSettings, Role
from gatepost.admin.abroad import TryingSettings
from gatepost.admin.login import LoginSettings
from gatepost.cli.node_settings import default_prefix
from gatepost.cli.settings import (
    Read,
    Setting,
    address,
    gather,
    kong_listen,
    names,
    seconds,
    secret,
    switch,
)
from gatepost.values import By, Fault

_OIDC = "admin_oidc_"
_NEEDED = ("issuer", "client_id", "url", "roles")


def _kong(default_port: int, *, ssl: bool | None) -> Read:
    """Return a reader of Kong's addresses, for one that has to be there."""
    read = kong_listen(default_port, ssl=ssl)

    def needed(text: str) -> Any:
        found = read(text)
        if found is None:
            tls = "" if ssl is None else " without ssl; with admin_ssl_cert it speaks TLS"
            raise ValueError(f"a control plane needs an address here{tls}")
        return found

    return needed


def _url(text: str) -> str:
    parts = urlsplit(text.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(
            "the Admin API's own address is wanted, such as https://admin.example:8001"
        )
    return text.strip().rstrip("/")


def _origins(text: str) -> tuple[str, ...]:
    """Read ``https://api.example,http://10.0.0.1:8000``."""
    found = []
    for piece in (piece.strip().rstrip("/") for piece in text.split(",")):
        parts = urlsplit(piece)
        rest = parts.path or parts.query or parts.fragment or "@" in parts.netloc
        _ = parts.port  # raises ValueError for what is none
        if parts.scheme not in {"http", "https"} or not parts.hostname or rest:
            raise ValueError(f"scheme and host of a gateway are wanted, not {piece[:200]!r}")
        found.append(f"{parts.scheme}://{parts.netloc.lower()}")
    return tuple(found)


def _variables(text: str) -> tuple[str, ...]:
    """Read names of variables; Gatepost's own are never given away."""
    found = tuple(piece.strip() for piece in text.split(",") if piece.strip())
    if any(name.startswith("GATEPOST_") for name in found):
        raise ValueError("settings of Gatepost itself cannot be named")
    return found


def _claim(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(".") if part)


def _roles(text: str) -> dict[Role, tuple[str, ...]]:
    """Read ``admin=gate-admins operator=ops,dev viewer=*``: groups by role."""
    found: dict[Role, tuple[str, ...]] = {}
    for word in text.split():
        name, equals, groups = word.partition("=")
        if not equals or not groups:
            raise ValueError("groups by role are wanted: admin=gate-admins operator=ops,dev")
        found[Role.named(name)] = tuple(group for group in groups.split(",") if group)
    return found


SETTINGS = (
    Setting("admin", address(8001), "KONG_ADMIN_LISTEN", _kong(8001, ssl=False)),
    Setting("cluster", address(8005), "KONG_CLUSTER_LISTEN", _kong(8005, ssl=None)),
    Setting("database", str),
    Setting("database_key", secret),
    Setting("admin_token", secret),
    Setting("admin_names", names),
    Setting("admin_closed", switch),
    Setting("admin_ssl_cert", Path, "KONG_ADMIN_SSL_CERT"),
    Setting("admin_ssl_cert_key", Path, "KONG_ADMIN_SSL_CERT_KEY"),
    Setting("admin_oidc_issuer", str),
    Setting("admin_oidc_client_id", str),
    Setting("admin_oidc_client_secret", secret),
    Setting("admin_oidc_url", _url),
    Setting("admin_oidc_roles", _roles),
    Setting("admin_oidc_groups_claim", _claim),
    Setting("admin_oidc_session", seconds),
    Setting("certificate_life", seconds),
    Setting("try_gateways", _origins),
    Setting("try_variables", _variables),
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
    trying = TryingSettings(
        gateways=values.pop("try_gateways", ()),
        variables={
            name: environ[name] for name in values.pop("try_variables", ()) if name in environ
        },
    )
    oidc = {name: values.pop(name) for name in [*values] if name.startswith(_OIDC)}
    return ControlPlaneSettings(prefix=Path(prefix), login=_login(oidc), trying=trying, **values)


def _login(given: Mapping[str, Any]) -> LoginSettings | None:
    if not given:
        return None
    values = {name.removeprefix(_OIDC): value for name, value in given.items()}
    missing = [f"GATEPOST_{_OIDC}{name}".upper() for name in _NEEDED if name not in values]
    if missing:
        raise Fault(
            "settings.invalid",
            f"For logins to the Admin API these are missing: {', '.join(missing)}.",
            by=By.OPERATOR,
        )
    if "session" in values:
        values["seconds"] = values.pop("session")
    return LoginSettings(**values)
