"""nginx: bare, sending what Gatepost sends (the baseline), and auth_request with proxy_cache."""

from bench.case import BASELINE, FORWARDED, Case
from bench.load import Drive
from bench.processes import free_port
from bench.world import World

TOKEN = ("Authorization", "Bearer good-1")

# Equal to what Gatepost's nginx does for the same job: pool, protocol, buffers.
_COMMON = """
  upstream up {{ server 127.0.0.1:{upstream}; keepalive 512; keepalive_requests 100000; }}
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_buffer_size 16k;
  proxy_buffers 8 16k;
  proxy_busy_buffers_size 32k;
"""

_FORWARD = """
      proxy_set_header Host $host;
      proxy_set_header Connection "";
      proxy_set_header X-Real-IP $remote_addr;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Host $host;
      proxy_set_header X-Forwarded-Port $server_port;
      proxy_set_header X-Forwarded-Path $own_path;
      proxy_set_header X-Forwarded-Prefix $prefix;
      proxy_set_header X-Kong-Request-Id $request_id;
"""

_MAPS = """
  map $request_uri $own_path { default $request_uri; "~^(?<alone>[^?]*)\\?" $alone; }
  map $host $prefix { default "/bench"; }
"""

_DECIDE = """
    location = /decide {{
      internal;
      proxy_pass http://127.0.0.1:{provider}/decide;
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
      proxy_set_header Connection "";
      proxy_cache decisions;
      proxy_cache_key $http_authorization;
      proxy_cache_valid 200 300s;
    }}
"""


def bare(world: World) -> list[Case]:
    port = free_port()
    http = _COMMON.format(upstream=world.upstream_port) + (
        f"  server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://up; }} }}\n"
    )
    process = world.nginx("nginx-bare", http)
    process.wait_for_port(port)
    return [Case("nginx-bare", "nginx, bare", process, port, Drive("/bench"))]


def forwarding(world: World) -> list[Case]:
    port = free_port()
    http = f"""{_COMMON.format(upstream=world.upstream_port)}{_MAPS}
  server {{
    listen 127.0.0.1:{port};
    location / {{{_FORWARD}      proxy_pass http://up;
    }}
  }}
"""
    process = world.nginx(BASELINE, http)
    process.wait_for_port(port)
    title = "nginx, with Gatepost's forwarded headers (baseline)"
    seen = (*FORWARDED, ("X-Forwarded-Prefix", None))
    return [Case(BASELINE, title, process, port, Drive("/bench"), seen=seen, often=2)]


def auth_request(world: World) -> list[Case]:
    """Two servers of one nginx: the least that can be done, and the same job as Gatepost's."""
    plain, full = free_port(), free_port()
    common = _COMMON.format(upstream=world.upstream_port)
    decide = _DECIDE.format(provider=world.provider_port)
    http = f"""{common}{_MAPS}
  proxy_cache_path {world.directory}/nginx-auth-request/cache keys_zone=decisions:64m;
  server {{
    listen 127.0.0.1:{plain};{decide}
    location / {{ auth_request /decide; proxy_pass http://up; }}
  }}
  server {{
    listen 127.0.0.1:{full};{decide}
    location / {{
      auth_request /decide;
      auth_request_set $subject $upstream_http_x_subject;
      proxy_set_header X-Subject $subject;{_FORWARD}      proxy_pass http://up;
    }}
  }}
"""
    process = world.nginx("nginx-auth-request", http)
    process.wait_for_port(full)
    title = "nginx auth_request + proxy_cache"
    drive = Drive("/bench", (TOKEN,))
    seen = (*FORWARDED, ("X-Subject", "subject-1"))
    return [
        Case("nginx-auth-request", title, process, plain, drive, refuses=True),
        Case(
            "nginx-auth-request-forwarding",
            f"{title}, forwarded headers and subject",
            process,
            full,
            drive,
            seen=seen,
            refuses=True,
        ),
    ]
