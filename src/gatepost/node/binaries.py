"""Which nginx is here: Debian's with its Lua modules, or OpenResty."""

import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gatepost.values import By, Fault

_PLACES = (
    "/usr/sbin/nginx",
    "/usr/local/openresty/nginx/sbin/nginx",
    "/usr/local/openresty/bin/openresty",
    "/usr/local/sbin/nginx",
    "/usr/local/nginx/sbin/nginx",
)
_MODULES = ("ndk_http_module.so", "ngx_http_lua_module.so")
_LUA = ("/usr/share/lua/5.1", "/usr/local/share/lua/5.1", "/usr/share/luajit-2.1")
_C_LUA = (
    "/usr/lib/x86_64-linux-gnu/lua/5.1",
    "/usr/lib/aarch64-linux-gnu/lua/5.1",
    "/usr/lib/lua/5.1",
    "/usr/local/lib/lua/5.1",
)
_INSTALL = "Install it: apt-get install nginx libnginx-mod-http-lua lua-cjson lua-resty-core"


@dataclass(frozen=True, slots=True)
class Nginx:
    """The binary, and what its configuration has to load. version: such as ``nginx/1.22.1``.

    modules: shared objects to load, none for OpenResty. lua_paths, lua_cpaths: folders that hold
    ``resty/core.lua`` and ``cjson.so``; none for OpenResty, which knows its own.
    """

    binary: Path
    version: str
    openresty: bool
    modules: tuple[Path, ...]
    lua_paths: tuple[Path, ...]
    lua_cpaths: tuple[Path, ...]


def find(wanted: Path | None = None) -> Nginx:
    """Find nginx and what it needs. Raises Fault (operator) that says what to install."""
    binaries = [wanted] if wanted is not None else _candidates()
    problems: list[str] = []
    for binary in binaries:
        try:
            return look(binary)
        except Fault as fault:
            problems.append(fault.message)
    if problems:
        raise _missing(" ".join(dict.fromkeys(problems)))
    raise _missing(f"There is no nginx. {_INSTALL}, or name one with --nginx.")


def look(binary: Path) -> Nginx:
    """Look one binary over. Raises Fault (operator) ``nginx.missing`` with what it lacks."""
    try:
        shown = subprocess.run(
            [str(binary), "-V"], capture_output=True, text=True, timeout=10, check=True
        ).stderr
    except (OSError, subprocess.SubprocessError) as error:
        reason = getattr(error, "strerror", None) or f"it is no nginx ({type(error).__name__})"
        raise _missing(
            f"{binary} cannot be run: {reason}. {_INSTALL}, or name another with --nginx."
        ) from error
    found = re.search(r"version: (\S+)", shown)
    if found is None:
        raise _missing(f"{binary} is no nginx. {_INSTALL}, or name another with --nginx.")
    version = found.group(1)
    for needed in (
        "http_ssl_module",
        "http_v2_module",
        "http_realip_module",
        "http_stub_status_module",
    ):
        if f"--with-{needed}" not in shown:
            raise _missing(f"{binary} was built without {needed}; take your system's nginx.")
    if "openresty" in version:
        return Nginx(binary, version, openresty=True, modules=(), lua_paths=(), lua_cpaths=())
    if "lua-nginx-module" in shown:  # built in, not loaded
        modules: tuple[Path, ...] = ()
    else:
        folders = [*re.findall(r"--modules-path=(\S+)", shown), "/usr/lib/nginx/modules"]
        modules = tuple(_first(folders, name) for name in _MODULES)
    return Nginx(
        binary,
        version,
        openresty=False,
        modules=modules,
        lua_paths=(_first(_LUA, "resty/core.lua").parent.parent,),
        lua_cpaths=(_first(_C_LUA, "cjson.so").parent,),
    )


def _candidates() -> list[Path]:
    named = [shutil.which("nginx"), shutil.which("openresty")]
    paths = [Path(text) for text in (*named, *_PLACES) if text]
    return [path for path in dict.fromkeys(paths) if path.exists()]


def _first(folders: Sequence[str] | Iterable[str], name: str) -> Path:
    for folder in folders:
        path = Path(folder) / name
        if path.exists():
            return path
    raise _missing(f"{name} is missing. {_INSTALL}.")


def _missing(message: str) -> Fault:
    return Fault("nginx.missing", message, by=By.OPERATOR)
