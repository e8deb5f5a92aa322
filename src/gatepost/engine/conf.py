"""nginx.conf: listeners, plumbing and slots, as one deterministic text.

Routes, plans, peers and listeners' certificates are not in it; they are tables. So its text changes
only with the settings and with slots, and a reload is due exactly when it changes.

Secrets: nginx writes a request's first line, and with it tokens in the query, into what it logs for
a request. Servers therefore log only what ends the world (emerg); what a person needs to know is
told by Lua without the request (lua/gatepost/journal.lua), in the log of the http block.
"""

from collections.abc import Iterable, Iterator
from dataclasses import fields

from gatepost.engine.locations import IDENTITY, front, named, upstreams
from gatepost.engine.settings import EngineSettings, Listener
from gatepost.engine.slots import Slots

_STATUSES = "400 403 404 405 408 411 412 413 414 415 416 417 421 429 495 496 497 500 502 503 504"
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
# Taken from every request: what tells a path, a peer or an identity besides the request itself.
_STRIPPED = (
    "Proxy",
    "Proxy-Connection",
    "Trailer",
    "X-Original-URL",
    "X-Rewrite-URL",
    "X-Original-URI",
    "X-Forwarded-Client-Cert",
    "Gatepost-Trace",
)


def render(settings: EngineSettings, slots: Slots) -> str:
    """Return the text of nginx.conf."""
    return "\n".join(_all(settings, slots)) + "\n"


def directories() -> tuple[str, ...]:
    """Return the directories that must exist below ``settings.directory``; nginx writes there."""
    return tuple(f"tmp/{name}" for name in _TEMPORARY)


def _all(settings: EngineSettings, slots: Slots) -> Iterator[str]:
    yield "# Written by gatepost; changes are overwritten."
    for module in settings.modules:
        yield f"load_module {module};"
    if settings.user:
        yield f"user {settings.user};"
    yield "daemon off;"
    yield "master_process on;"
    yield "pcre_jit on;"
    yield f"worker_processes {settings.workers};"
    yield f"worker_shutdown_timeout {settings.shutdown_timeout}s;"
    yield f"pid {settings.pid_file};"
    yield f"error_log {settings.log} warn;"
    yield f"events {{ worker_connections {settings.connections}; }}"
    yield "http {"
    yield from _indented(_http(settings, slots))
    yield "}"


def _http(settings: EngineSettings, slots: Slots) -> Iterator[str]:
    yield "access_log off;"
    yield "server_tokens off;"
    yield "default_type application/octet-stream;"
    for name in _TEMPORARY:
        yield f"{name}_temp_path {settings.directory}/tmp/{name};"  # noqa: S108 - below the node's own directory
    yield from _lua(settings, slots)
    yield from _clients(settings)
    yield from _forwarding(settings)
    yield from upstreams(settings, slots)
    for tls in (False, True):
        listeners = [one for one in settings.listeners if one.tls is tls]
        if listeners:
            yield from _server(settings, slots, listeners)
    yield from _push_server(settings)


def _lua(settings: EngineSettings, slots: Slots) -> Iterator[str]:
    search = ";".join(f"{path}/?.lua" for path in settings.lua)
    yield f'lua_package_path "{search};;";'
    for zone in fields(settings.zones):
        yield f"lua_shared_dict {zone.name} {getattr(settings.zones, zone.name)};"
    yield "lua_check_client_abort off;"
    yield "lua_socket_log_errors off;"
    yield "lua_regex_match_limit 100000;"
    yield "lua_regex_cache_max_entries 16384;"
    sockets = ", ".join(f'"{path}"' for path in settings.authorizers)
    yield "init_by_lua_block {"
    yield '  require("gatepost.boot").init {'
    yield f'    secret_file = "{settings.secret_file}",'
    yield f"    authorizers = {{ {sockets} }},"
    yield f"    memory_bytes = {settings.memory_bytes}, refused_bytes = {settings.refused_bytes},"
    yield (f"    refusal_rate = {settings.refusal_rate}, refusal_burst = {settings.refusal_burst},")
    yield f"    traces = {settings.traces},"
    if settings.trace_log is not None:
        yield f'    trace_log = "{settings.trace_log}",'
    yield "  }"
    # Workers may not be allowed to read these files, so all of them are loaded here.
    for module in ("certs", "errors", "journal", "names"):
        yield f'  require "gatepost.{module}"'
    yield f'  require("gatepost.tables").layout = {slots.layout}'
    for name, module, function in (
        ("access", "access", "run"),
        ("bounded", "body", "bounded"),
        ("log", "access", "log"),
        ("balance", "upstream", "balance"),
        ("respond", "apply", "response"),
        ("grpc", "grpc", "enter"),
    ):
        yield f'  gatepost_{name} = require("gatepost.{module}").{function}'
    yield "}"
    yield "init_worker_by_lua_block {"
    yield '  require("gatepost.boot").worker()'
    yield '  require("gatepost.names").worker()'
    yield '  require("gatepost.journal").worker()'
    yield "}"


def _clients(settings: EngineSettings) -> Iterator[str]:
    yield f"large_client_header_buffers {settings.header_buffers};"
    yield "client_max_body_size 0;"
    yield "client_body_buffer_size 64k;"
    yield "underscores_in_headers off;"
    yield "ignore_invalid_headers on;"
    yield "keepalive_requests 100000;"
    yield "keepalive_timeout 65s;"
    yield "uninitialized_variable_warn off;"
    yield "variables_hash_max_size 4096;"
    yield "variables_hash_bucket_size 128;"
    if not settings.trusted:
        yield "geo $peer_trusted { default 0; }"
        return
    yield from (f"set_real_ip_from {network};" for network in settings.trusted)
    yield f"real_ip_header {settings.real_ip_header};"
    yield f"real_ip_recursive {'on' if settings.real_ip_recursive else 'off'};"
    yield "geo $realip_remote_addr $peer_trusted {"
    yield "  default 0;"
    yield from (f"  {network} 1;" for network in settings.trusted)
    yield "}"
    yield from _map(
        '"$peer_trusted:$http_x_forwarded_proto"',
        "$fwd_proto",
        default="$scheme",
        **{'"~*^1:https$"': "https", '"~*^1:http$"': "http"},
    )
    yield from _map(
        '"$peer_trusted:$http_x_forwarded_host"',
        "$fwd_host",
        default="$host",
        **{r'"~^1:(?<fwd_host_given>[A-Za-z0-9._:\[\]-]+)$"': "$fwd_host_given"},
    )
    yield from _map(
        '"$peer_trusted:$http_x_forwarded_port"',
        "$fwd_port",
        default="$server_port",
        **{'"~^1:(?<fwd_port_given>[0-9]+)$"': "$fwd_port_given"},
    )
    for name, variable, own in (
        ("path", "$fwd_path", "$own_path"),
        ("prefix", "$fwd_prefix", "$up_prefix"),
    ):
        yield from _map(
            f'"$peer_trusted:$http_x_forwarded_{name}"',
            variable,
            default=own,
            **{f'"~^1:(?<fwd_{name}_given>/.*)$"': f"$fwd_{name}_given"},
        )
    yield from _map("$peer_trusted", "$fwd_for", default="$remote_addr", **{"1": "$fwd_chain"})
    yield from _map(
        "$http_x_forwarded_for",
        "$fwd_chain",
        default='"$http_x_forwarded_for, $realip_remote_addr"',
        **{"''": "$realip_remote_addr"},
    )
    yield from _map("$peer_trusted", "$fwd_forwarded", default="''", **{"1": "$http_forwarded"})


def _map(source: str, variable: str, *, default: str, **cases: str) -> Iterator[str]:
    yield f"map {source} {variable} {{"
    yield f"  default {default};"
    yield from (f"  {case} {value};" for case, value in cases.items())
    yield "}"


def _forwarding(settings: EngineSettings) -> Iterator[str]:
    """Yield what is sent upstream; every location inherits it."""
    # Only WebSocket may upgrade: h2c would open a tunnel past every policy.
    yield from _map(
        "$http_upgrade", "$up_upgrade", default="''", **{"''": "''", '"~*^websocket$"': "websocket"}
    )
    yield from _map("$up_upgrade", "$up_connection", default="''", websocket="upgrade")
    yield from _map(
        "$request_uri",
        "$own_path_cut",
        default="$request_uri",
        **{r'"~^(?<own_path_alone>[^?]*)\?"': "$own_path_alone"},
    )
    # a regular expression only for requests that have a query
    yield from _map("$is_args", "$own_path", default="$request_uri", **{'"?"': "$own_path_cut"})
    trusted = bool(settings.trusted)
    headers = [
        ("Host", "$up_host"),
        ("Connection", "$up_connection"),
        ("Upgrade", "$up_upgrade"),
        ("X-Real-IP", "$remote_addr"),
        ("X-Forwarded-For", "$fwd_for" if trusted else "$remote_addr"),
        ("X-Forwarded-Proto", "$fwd_proto" if trusted else "$scheme"),
        ("X-Forwarded-Host", "$fwd_host" if trusted else "$host"),
        ("X-Forwarded-Port", "$fwd_port" if trusted else "$server_port"),
        ("X-Forwarded-Path", "$fwd_path" if trusted else "$own_path"),
        ("X-Forwarded-Prefix", "$fwd_prefix" if trusted else "$up_prefix"),
        ("Forwarded", "$fwd_forwarded" if trusted else '""'),
        ("X-Kong-Request-Id", "$request_id"),
        *((name, '""') for name in _STRIPPED),
        *IDENTITY,
    ]
    for name, value in headers:
        yield f"proxy_set_header {name} {value};"
        if name not in {"Connection", "Upgrade"}:
            yield f"grpc_set_header {name} {value};"
    yield "proxy_headers_hash_max_size 2048;"
    yield "proxy_headers_hash_bucket_size 128;"
    yield "proxy_http_version 1.1;"
    yield "proxy_redirect off;"
    yield "proxy_buffer_size 16k;"
    yield "proxy_buffers 8 16k;"
    yield "proxy_busy_buffers_size 32k;"
    yield "proxy_pass_header Server;"
    yield "proxy_pass_header Date;"
    for module in ("proxy", "grpc"):
        yield f"{module}_next_upstream error timeout;"
        yield f"{module}_ssl_server_name on;"
        yield f"{module}_ssl_name $up_sni;"
        yield f"{module}_ssl_protocols TLSv1.2 TLSv1.3;"
    # an upstream must not send the request into other locations of ours
    ignored = "X-Accel-Redirect X-Accel-Expires X-Accel-Limit-Rate X-Accel-Charset"
    yield f"proxy_ignore_headers {ignored};"
    yield "grpc_ignore_headers X-Accel-Redirect X-Accel-Charset;"


def _server(settings: EngineSettings, slots: Slots, listeners: list[Listener]) -> Iterator[str]:
    tls = listeners[0].tls
    yield "server {"
    for one in listeners:
        flags = (" ssl" if one.tls else "") + (" http2" if one.http2 else "")
        yield f"  listen {one.address}{flags} default_server;"
    yield '  server_name "";'
    yield f"  error_log {settings.log} {'info' if settings.verbose else 'emerg'};"
    if tls:
        yield f"  ssl_certificate {settings.certificate};"
        yield f"  ssl_certificate_key {settings.key};"
        yield "  ssl_protocols TLSv1.2 TLSv1.3;"
        yield "  ssl_session_cache shared:listeners:8m;"
        yield "  ssl_session_tickets off;"
        yield '  ssl_certificate_by_lua_block { require("gatepost.certs").show() }'
    yield "  log_by_lua_block { gatepost_log() }"
    yield f"  error_page {_STATUSES} /.gatepost-error;"
    yield "  error_page 494 =431 /.gatepost-error;"
    yield "  location = /.gatepost-error {"
    yield "    internal;"
    yield '    content_by_lua_block { require("gatepost.errors").page() }'
    yield "  }"
    scheme = "ngx.var.fwd_proto" if settings.trusted else '"https"' if tls else '"http"'
    yield from _indented(front(scheme, guarded=slots.guarded))
    yield from _indented(named(settings, slots))
    yield "}"


def _push_server(settings: EngineSettings) -> Iterator[str]:
    yield "server {"
    yield f"  listen unix:{settings.push_socket};"
    yield '  server_name "";'
    yield "  keepalive_timeout 600s;"
    yield "  default_type text/plain;"
    for path, module, function in (
        ("/tables/put", "tables", "put"),
        ("/tables/switch", "tables", "switch"),
        ("/tables/delete", "tables", "delete"),
        ("/names", "names", "put"),
        ("/revoke", "control", "revoke"),
        ("/forget", "control", "forget"),
        ("/metrics", "control", "metrics"),
        ("/traces", "control", "traces"),
        ("/health", "tables", "health"),
    ):
        yield f"  location = {path} {{"
        yield f'    content_by_lua_block {{ require("gatepost.{module}").{function}() }}'
        yield "  }"
    yield "  location = /connections { stub_status; }"
    yield "  location / { return 404; }"
    yield "}"


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return ("  " + line for line in lines)
