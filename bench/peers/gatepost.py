"""Gatepost, through its command line only: one nginx worker, one authorizer."""

import json
import re
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from bench import sessions, tokens
from bench.case import FORWARDED, Case
from bench.load import Drive
from bench.processes import Process
from bench.provider import CLIENT, SECRET, issuer_at
from bench.tokens import Signer
from bench.world import World

FEW = 10
"""Routes and tokens that the large node is compared with."""

Entity = dict[str, object]


@dataclass(frozen=True, slots=True)
class Node:
    """A running node. file: its kong.yaml. proxy, status: ports. started: seconds until READY."""

    process: Process
    file: Path
    proxy: int
    status: int
    started: float

    def metrics(self) -> str:
        """Return what the node counts, as Prometheus text."""
        with urllib.request.urlopen(
            f"http://127.0.0.1:{self.status}/metrics", timeout=10
        ) as answer:
            text: str = answer.read().decode()
        return text


def run(world: World, name: str, configuration: Entity, *, memory: str, patience: float) -> Node:
    """Start ``gatepost run`` and wait for READY; raise DidNotStartError."""
    file = world.write(name, "kong.yaml", json.dumps(configuration))  # JSON is YAML
    gatepost = Path(sys.executable).with_name("gatepost")
    loopback = "127.0.0.1:0"
    began = time.monotonic()
    words: list[str | Path] = [gatepost, "run", file, "--workers", "1", "--memory", memory]
    words += ["--proxy", loopback, "--proxy-ssl", "off", "--status", loopback]
    words += ["--prefix", world.directory / name / "prefix"]
    process = world.start(name, words)
    line = process.wait_for_line("READY", patience)
    started = time.monotonic() - began
    ports = {
        kind: int(port)
        for kind, port in re.findall(r"(proxy|status)=http://127\.0\.0\.1:(\d+)", line)
    }
    return Node(process, file, ports["proxy"], ports["status"], started)


def openid_connect(world: World, method: str, **config: object) -> Entity:
    """Return the plugin: a token in the Authorization header, its subject told upstream."""
    return {
        "name": "openid-connect",
        "config": {
            "issuer": issuer_at(world.provider_port),
            "client_id": [CLIENT],
            "client_secret": [SECRET],
            "auth_methods": [method],
            "bearer_token_param_type": ["header"],
            "upstream_headers_claims": ["sub"],
            "upstream_headers_names": ["X-Subject"],
            **config,
        },
    }


def configuration(world: World, routes: list[Entity], plugins: list[Entity]) -> Entity:
    """Return a kong.yaml with one service."""
    service = {
        "name": "benchmark",
        "url": f"http://127.0.0.1:{world.upstream_port}",
        "routes": routes,
        "plugins": plugins,
    }
    return {"_format_version": "3.0", "services": [service]}


def numbered(count: int) -> list[Entity]:
    """Return routes /r0, /r1, …"""
    return [{"name": f"r{number}", "paths": [f"/r{number}"]} for number in range(count)]


def small(world: World) -> Node:
    """Start a node with a route for each case, and ten that are alike."""
    introspection = openid_connect(world, "introspection")
    # In use, a browser gets a cookie anew every 90 seconds; this one stays as it is.
    login = openid_connect(
        world,
        "session",
        session_secret=sessions.SECRET,
        session_idling_timeout=0,
        session_rolling_timeout=0,
    )
    each_time = openid_connect(world, "introspection", cache_introspection=False)
    routes: list[Entity] = [
        {"name": "plain", "paths": ["/plain"]},
        {"name": "remembered", "paths": ["/remembered"], "plugins": [introspection]},
        {"name": "jwt", "paths": ["/jwt"], "plugins": [openid_connect(world, "bearer")]},
        {"name": "session", "paths": ["/session"], "plugins": [login]},
        {"name": "each", "paths": ["/each"], "plugins": [each_time]},
        *({**route, "plugins": [introspection]} for route in numbered(FEW)),
    ]
    return run(world, "gatepost", configuration(world, routes, []), memory="128m", patience=60)


def large(world: World, routes: int, tokens: int) -> Node:
    """Start a node with many routes, all of which demand a token."""
    plugins = [openid_connect(world, "introspection")]
    memory = f"{max(128, tokens * 2 // 1000)}m"  # 2 kB for each token and route
    text = configuration(world, numbered(routes), plugins)
    return run(world, "gatepost-large", text, memory=memory, patience=300)


def cases(world: World, node: Node, signer: Signer) -> list[Case]:
    """Return what the small node is measured with."""
    issuer, home = issuer_at(world.provider_port), world.directory / "gatepost"
    pool = tokens.pool(signer, issuer, home / "tokens")
    people = sessions.pool(signer, issuer, CLIENT, home / "sessions")
    opaque = (("Authorization", "Bearer good-1"),)
    signed = (("Authorization", f"Bearer {pool.first()}"),)
    one, none = (*FORWARDED, ("X-Subject", "subject-1")), FORWARDED
    cold = Drive("/jwt/item", (), "cold", (str(pool.file),))
    known = (("Cookie", f"session={people.first().partition(';')[0]}"),)  # without what fills up
    came = Drive("/session/item", (), "cold", (str(people.file),))

    def case(name: str, title: str, drive: Drive, **more: object) -> Case:
        title = f"Gatepost, {title}"
        return Case(f"gatepost-{name}", title, node.process, node.proxy, drive, **more)  # type: ignore[arg-type]

    return [
        case("plain", "route without plugins", Drive("/plain/item"), seen=none),
        case(
            "remembered",
            "remembered decision (introspection)",
            Drive("/remembered/item", opaque),
            seen=one,
            refuses=True,
        ),
        case(
            "remembered-args",
            "remembered decision, with a query",
            Drive("/remembered/item?colour=red&size=12", opaque),
            seen=one,
            refuses=True,
        ),
        case(
            "jwt",
            "remembered decision (JWT)",
            Drive("/jwt/item", signed),
            seen=(*FORWARDED, ("X-Subject", None)),
            refuses=True,
        ),
        case("jwt-cold", "first sight of a JWT (RS256)", cold, pool=pool),
        case(
            "session",
            "session remembered",
            Drive("/session/item", known),
            seen=one,
            refuses=True,
        ),
        case("session-cold", "first request of a session", came, pool=people),
        case(
            "introspection",
            "introspection at each request",
            Drive("/each/item", opaque),
            seen=one,
            refuses=True,
        ),
    ]


def many(node: Node, name: str, title: str, *, tokens: int, routes: int) -> Case:
    """Return a case of different remembered tokens over different routes."""
    step = 7919  # a prime: each token comes once before one comes again
    arguments = ("/r", str(tokens), str(routes), "0", str(step))
    drive = Drive("/r0/item", (), "many", arguments)
    return Case(name, f"Gatepost, {title}", node.process, node.proxy, drive)
