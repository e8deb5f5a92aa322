"""The upstream of every product: an nginx that gives a tiny answer, and tells what it received."""

import urllib.request
from dataclasses import dataclass

from bench.processes import Process
from bench.world import World

ANSWER = "the upstream of the benchmark answered\n"
PROBE = "X-Bench-Probe"
"""A request that carries it is answered with the headers that arrived."""

SHOWN = (
    "X-Forwarded-For",
    "X-Forwarded-Proto",
    "X-Forwarded-Host",
    "X-Forwarded-Port",
    "X-Forwarded-Path",
    "X-Forwarded-Prefix",
    "X-Real-IP",
    "X-Kong-Request-Id",
    "X-Subject",
)


@dataclass(frozen=True, slots=True)
class Upstream:
    """The running upstream."""

    process: Process
    port: int

    def served(self) -> int:
        """Return the number of requests it has answered (nginx's stub_status)."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/.status", timeout=5) as answer:
            words: list[str] = answer.read().decode().split()
        return int(words[words.index("requests") + 3])


def start(world: World) -> Upstream:
    """Start it and wait until it answers."""
    shown = "".join(f"{name}=$http_{name.lower().replace('-', '_')}\\n" for name in SHOWN)
    probe = PROBE.lower().replace("-", "_")
    process = world.nginx(
        "upstream",
        f"""\
  map $http_{probe} $answer {{ default "{shown}"; '' "{ANSWER.strip()}\\n"; }}
  server {{
    listen 127.0.0.1:{world.upstream_port} backlog=1024;
    default_type text/plain;
    location / {{ return 200 $answer; }}
    location = /.status {{ stub_status; }}
  }}
""",
    )
    process.wait_for_port(world.upstream_port)
    return Upstream(process, world.upstream_port)
