"""The locations of nginx.conf that forward: one for each protocol, trust, buffering and filter.

nginx decides these things by static directives, so each combination is a named location that the
access phase enters with ngx.exec.
"""

from collections.abc import Iterator

from gatepost.engine.settings import EngineSettings
from gatepost.engine.slots import Slots
from gatepost.engine.tls import Trust

VARIABLES = ("up_host", "up_slot", "up_prefix", "up_sni", "upstream_uri")
IDENTITY = (
    ("X-Consumer-ID", "$h_0"),
    ("X-Consumer-Custom-ID", "$h_1"),
    ("X-Consumer-Username", "$h_2"),
    ("X-Credential-Identifier", "$h_3"),
    ("X-Anonymous-Consumer", "$h_4"),
    ("X-Consumer-Groups", "$h_5"),
    ("X-Authenticated-Groups", "$h_6"),
)
BODY_LIMIT = 65_536
"""Bytes of a body that are read before anybody is known; lua/gatepost/body.lua holds it too."""
_FILTER = "header_filter_by_lua_block { gatepost_respond() }"


_FLAGS = ("", "u", "s", "us")


def families(slots: Slots) -> list[tuple[str, str, Trust | None, tuple[str, ...]]]:
    """Return (name, scheme, trust, flags in use) of every group of locations.

    Of plain protocols and the trust that verifies nothing all flags are rendered: they cost
    nothing, and a route that changes its buffering needs no reload.
    """
    found: list[tuple[str, str, Trust | None, tuple[str, ...]]] = [
        ("http", "http", None, _FLAGS),
        ("grpc", "grpc", None, ("",)),
        ("https-any", "https", Trust(), _FLAGS),
        ("grpcs-any", "grpcs", Trust(), ("",)),
    ]
    for kind, trust in sorted({(shape.kind, shape.trust) for shape in slots.shapes}):
        flags = [one.flags for one in slots.shapes if (one.kind, one.trust) == (kind, trust)]
        found.append((f"{kind}-{trust.name}", kind, trust, tuple(flags)))
    return found


def front(scheme: str, *, guarded: bool = False) -> Iterator[str]:
    """Yield ``location /``: where every request begins. scheme: a Lua expression.

    guarded: see Slots.
    """
    # Declares the variables that Lua fills. It is never entered: a ``set`` where requests are
    # served would run for each of them (docs/decisions/0004).
    yield "location = /.gatepost-variables {"
    yield "  internal;"
    for name in (*VARIABLES, *(value[1:] for _, value in IDENTITY)):
        yield f"  set ${name} '';"
    yield "  return 404;"
    yield "}"
    yield "location / {"
    yield f"  access_by_lua_block {{ gatepost_access({scheme}) }}"
    if guarded:
        yield f"  {_FILTER}"
    yield "  proxy_pass http://plain$upstream_uri;"
    yield "}"
    # The same for bodies without a length that may hold a credential: nginx stops at the limit.
    yield "location @bounded {"
    yield f"  client_max_body_size {BODY_LIMIT};"
    yield f"  access_by_lua_block {{ gatepost_bounded({scheme}) }}"
    if guarded:
        yield f"  {_FILTER}"
    yield "  proxy_pass http://plain$upstream_uri;"
    yield "}"


def named(settings: EngineSettings, slots: Slots) -> Iterator[str]:
    """Yield all named locations."""
    for name, scheme, trust, every in families(slots):
        module = "grpc" if scheme.startswith("grpc") else "proxy"
        for flags in (one + edits for one in every for edits in ("", "f")):
            if name != "http" or flags:
                yield from _location(name, flags, scheme, _trust(module, trust, settings))


def _location(name: str, flags: str, scheme: str, directives: list[str]) -> Iterator[str]:
    yield f"location @{name}{'-' + flags if flags else ''} {{"
    if "u" in flags:
        yield "  proxy_request_buffering off;"
    if "s" in flags:
        yield "  proxy_buffering off;"
    if "f" in flags:
        yield f"  {_FILTER}"
    yield from (f"  {directive}" for directive in directives)
    if scheme.startswith("grpc"):
        # grpc_pass takes no path: the request's own is rewritten where it differs
        yield "  access_by_lua_block { gatepost_grpc() }"
        yield f"  grpc_pass {scheme}://$up_slot;"
    else:
        yield f"  proxy_pass {scheme}://$up_slot$upstream_uri;"
    yield "}"


def _trust(module: str, trust: Trust | None, settings: EngineSettings) -> list[str]:
    if trust is None:
        return []
    found = []
    if trust.verify:
        bundle = (
            settings.files / f"ca-{trust.authorities}.pem"
            if trust.authorities
            else settings.authorities
        )
        found = [
            f"{module}_ssl_verify on;",
            f"{module}_ssl_verify_depth {trust.depth};",
            f"{module}_ssl_trusted_certificate {bundle};",
        ]
    if trust.certificate:
        file = settings.files / f"client-{trust.certificate}"
        found += [
            f"{module}_ssl_certificate {file}.crt;",
            f"{module}_ssl_certificate_key {file}.key;",
        ]
    return found


def upstreams(settings: EngineSettings, slots: Slots) -> Iterator[str]:
    """Yield the upstream blocks: pools of connections; peers are picked by Lua."""
    for name in ("plain", "h2c", *(f"tls{number}" for number in slots.blocks)):
        yield f"upstream {name} {{"
        yield "  server 0.0.0.1;"
        yield "  balancer_by_lua_block { gatepost_balance() }"
        yield f"  keepalive {settings.keepalive};"
        yield "  keepalive_requests 100000;"
        yield "  keepalive_timeout 60s;"
        yield "}"
