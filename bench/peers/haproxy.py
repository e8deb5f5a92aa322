"""HAProxy, bare, one thread."""

import shutil

from bench.case import Case, MissingError
from bench.load import Drive
from bench.processes import free_port
from bench.world import World

_CONFIGURATION = """\
global
  nbthread 1
  maxconn 8192
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  http-reuse always
frontend front
  bind 127.0.0.1:{port}
  default_backend back
backend back
  server up 127.0.0.1:{upstream}
"""


def bare(world: World) -> list[Case]:
    binary = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin")
    if binary is None:
        raise MissingError("haproxy is not installed")
    port = free_port()
    text = _CONFIGURATION.format(port=port, upstream=world.upstream_port)
    file = world.write("haproxy", "haproxy.cfg", text)
    process = world.start("haproxy", [binary, "-db", "-f", file])
    process.wait_for_port(port)
    return [Case("haproxy-bare", "HAProxy, bare", process, port, Drive("/bench"))]
