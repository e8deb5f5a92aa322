"""The identity provider of every product: an nginx that calls each token ``good-…`` active.

It is as quick as can be, because its own time is nobody's business here, and it counts its calls.
Tokens of the form ``good-N`` are opaque and belong to ``subject-N``; the signed ones are made by
``bench.tokens`` under the key that is published here.
"""

import json
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from bench.certificate import self_signed
from bench.processes import Process
from bench.tokens import Signer
from bench.world import World

CLIENT, SECRET = "benchmark", "benchmark-secret"
_MODULES = Path("/usr/share/nginx/modules")
_ENDPOINTS = ("introspect", "keys", "discovery", "decide")

_INTROSPECT = """
      count("introspect")
      ngx.req.read_body()
      local token = ngx.req.get_post_args().token
      local number = token and token:match("^good%-(%d+)$")
      ngx.header.content_type = "application/json"
      if not number then ngx.print('{"active":false}') return end
      ngx.print('{"active":true,"token_type":"Bearer","scope":"read","client_id":"application",' ..
        '"iss":"ISSUER","aud":"api://default","sub":"subject-' .. number .. '","exp":EXPIRY}')
"""

_DECIDE = """
      count("decide")
      local number = (ngx.var.http_authorization or ""):match("^Bearer good%-(%d+)$")
      if not number then return ngx.exit(401) end
      ngx.header["X-Subject"] = "subject-" .. number
      ngx.status = 200
"""


@dataclass(frozen=True, slots=True)
class Provider:
    """The running provider."""

    process: Process
    port: int

    @property
    def issuer(self) -> str:
        return issuer_at(self.port)

    def calls(self) -> dict[str, int]:
        """Return the number of calls to each endpoint."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/.calls", timeout=5) as answer:
            found: dict[str, int] = json.load(answer)
        return found


def issuer_at(port: int) -> str:
    """Return the issuer of a provider on this port."""
    return f"http://127.0.0.1:{port}/issuer"


def start(world: World, signer: Signer) -> Provider:
    """Start it and wait until it answers. Needs nginx's Lua module, as Gatepost does."""
    port = world.provider_port
    issuer = issuer_at(port)
    discovery = {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/keys",
        "introspection_endpoint": f"{issuer}/introspect",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "introspection_endpoint_auth_methods_supported": ["client_secret_basic"],
    }
    introspect = _INTROSPECT.replace("ISSUER", issuer).replace("EXPIRY", str(in_days(10)))
    certificate, key = self_signed(world.directory / "provider")
    endpoints = ", ".join(f'"{name}"' for name in _ENDPOINTS)
    process = world.nginx(
        "provider",
        f"""\
  lua_shared_dict calls 1m;
  lua_package_path "/usr/share/lua/5.1/?.lua;;";
  init_by_lua_block {{
    function count(name) ngx.shared.calls:incr(name, 1, 0) end
  }}
  client_body_buffer_size 64k;
  server {{
    listen 127.0.0.1:{port} backlog=1024;
    listen 127.0.0.1:{world.provider_tls_port} ssl;  # mod_auth_openidc insists on https
    ssl_certificate {certificate};
    ssl_certificate_key {key};
    location = /issuer/.well-known/openid-configuration {{ content_by_lua_block {{
      count("discovery")
      ngx.header.content_type = "application/json"
      ngx.print([==[{json.dumps(discovery)}]==])
    }} }}
    location = /issuer/keys {{ content_by_lua_block {{
      count("keys")
      ngx.header.content_type = "application/json"
      ngx.print([==[{json.dumps(signer.published())}]==])
    }} }}
    location = /issuer/introspect {{ content_by_lua_block {{{introspect}    }} }}
    location = /decide {{ content_by_lua_block {{{_DECIDE}    }} }}
    location = /.calls {{ content_by_lua_block {{
      local found = {{}}
      for _, name in ipairs({{ {endpoints} }}) do
        found[#found + 1] = '"' .. name .. '":' .. (ngx.shared.calls:get(name) or 0)
      end
      ngx.print("{{" .. table.concat(found, ",") .. "}}")
    }} }}
  }}
""",
        load=modules(),
    )
    process.wait_for_port(port)
    return Provider(process, port)


def modules() -> list[Path]:
    """Return Debian's Lua modules where they are not built in."""
    names = ("ndk_http_module.so", "ngx_http_lua_module.so")
    return [_MODULES / name for name in names if (_MODULES / name).exists()]


def in_days(days: int) -> int:
    """Return the time in so many days, in seconds since 1970."""
    return int(time.time()) + days * 86_400
