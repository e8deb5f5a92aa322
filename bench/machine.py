"""What the numbers were measured on."""

import os
import platform
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from bench.peers.envoy import PLACE

_VERSIONS: dict[str, tuple[Sequence[str], str]] = {
    "nginx": (("nginx", "-v"), r"nginx/(\S+)"),
    "haproxy": (("haproxy", "-v"), r"version (\S+)"),
    "apache": (("apache2", "-v"), r"Apache/(\S+)"),
    "mod_auth_openidc": (
        ("dpkg-query", "-W", "-f=${Version}", "libapache2-mod-auth-openidc"),
        r"(\S+)",
    ),
    "envoy": ((str(PLACE), "--version"), r"/(\d+\.\d+\.\d+)/"),
    "wrk": (("wrk", "-v"), r"wrk (\S+)"),
    "openssl": (("openssl", "version"), r"OpenSSL (\S+)"),
}


def describe() -> dict[str, object]:
    """Return processor, system and versions; a program that is not here is left out."""
    found = {name: version(*how) for name, how in _VERSIONS.items()}
    return {
        "processor": processor(),
        "cores": len(os.sched_getaffinity(0)),
        "kernel": platform.release(),
        "system": system(),
        "python": platform.python_version(),
        "versions": {name: text for name, text in found.items() if text},
        "load before": os.getloadavg()[0],
    }


def version(command: Sequence[str], pattern: str) -> str | None:
    """Return what a program calls its version."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin"
    try:
        shown = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            timeout=20,
            env={**os.environ, "PATH": path},
        )
    except OSError:
        return None
    match = re.search(pattern, shown.stdout + shown.stderr)
    return match[1] if match else None


def processor() -> str:
    """Return the processor's name."""
    match = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return match[1] if match else platform.machine()


def system() -> str:
    """Return the distribution's name."""
    return platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
