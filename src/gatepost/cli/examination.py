"""What ``doctor`` looks at, one finding after another."""

import asyncio
import os
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Literal

import aiohttp

from gatepost.node.binaries import find
from gatepost.node.names import is_address, look_up
from gatepost.node.reading import Configuration, read_file
from gatepost.node.rights import workers_group
from gatepost.node.settings import NodeSettings
from gatepost.outside import look_at, name_of
from gatepost.values import Fault, RedisSettings

_DISCOVERY = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. bad: it keeps a node from running."""

    kind: Literal["good", "note", "bad"]
    what: str
    text: str


def examine(settings: NodeSettings, config: Path | None) -> list[Finding]:
    """Look at everything; with a kong.yaml also at that and its providers."""
    looks: list[Callable[[], Iterator[Finding]]] = [
        lambda: _nginx(settings),
        lambda: _ports(settings),
        lambda: _prefix(settings),
        _clock,
        lambda: _rights(settings),
    ]
    findings = [finding for look in looks for finding in look()]
    rooms: frozenset[RedisSettings] = frozenset()
    if config is not None:
        found, told = _configuration(settings, config)
        findings += told
        if found is not None:
            findings += asyncio.run(_outside(found))
            rooms = found.rooms
    return [*findings, _reach(rooms)]


def _reach(rooms: frozenset[RedisSettings]) -> Finding:
    if not rooms:
        alone = "revocation reaches this node only; each further node must be told by itself"
        return Finding("note", "revocation", alone)
    names = ", ".join(sorted(set(map(name_of, rooms))))
    return Finding("good", "revocation", f"it reaches every node that shares a room: {names}")


def _nginx(settings: NodeSettings) -> Iterator[Finding]:
    try:
        nginx = find(settings.nginx)
    except Fault as fault:
        yield Finding("bad", "nginx", fault.message)
        return
    yield Finding("good", "nginx", f"{nginx.version} at {nginx.binary}")
    if nginx.openresty:
        yield Finding("good", "LuaJIT", "part of OpenResty, with cjson and resty.core")
        return
    for module in nginx.modules:
        yield Finding("good", "module", str(module))
    for path in nginx.lua_paths:
        yield Finding("good", "resty.core", str(path))
    for path in nginx.lua_cpaths:
        yield Finding("good", "cjson", str(path))


def _ports(settings: NodeSettings) -> Iterator[Finding]:
    named = {
        "proxy": settings.proxy,
        "proxy-ssl": settings.proxy_ssl,
        "status": settings.status,
    }
    for name, address in named.items():
        if address is None:
            yield Finding("note", name, "off")
            continue
        family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address.host, address.port))
            except OSError as error:
                text = f"{address}: {error.strerror}; give another with --{name}"
                yield Finding("bad", name, text)
            else:
                yield Finding("good", name, f"{address} is free")
        if not address.loopback:
            where = "other machines can reach it"
            yield Finding("note", name, f"{address}: {where}")


def _prefix(settings: NodeSettings) -> Iterator[Finding]:
    prefix = settings.prefix
    existing = next(path for path in (prefix, *prefix.absolute().parents) if path.exists())
    if not os.access(existing, os.W_OK | os.X_OK):
        yield Finding("bad", "prefix", f"{existing} cannot be written; name another with --prefix")
        return
    if existing == prefix:
        status = prefix.stat()
        if status.st_mode & 0o077 & ~0o011:
            yield Finding("note", "prefix", f"{prefix} is open to others; a node closes it")
        if status.st_uid not in {os.geteuid(), 0}:
            yield Finding("bad", "prefix", f"{prefix} belongs to another user")
            return
    yield Finding("good", "prefix", f"{prefix} can be used")


def _clock() -> Iterator[Finding]:
    year = time.gmtime().tm_year
    if year < 2025:
        yield Finding("bad", "clock", f"it says {year}; tokens cannot be judged with that")
    else:
        shown = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        yield Finding("good", "clock", f"{shown} (compared with providers when --config is given)")


def _rights(settings: NodeSettings) -> Iterator[Finding]:
    try:
        group = workers_group(settings.user)
    except Fault as fault:
        yield Finding("bad", "user", fault.message)
        return
    if group is None:
        yield Finding("good", "user", "not root: nginx runs with your rights")
    elif settings.user == "nobody":
        yield Finding(
            "note",
            "user",
            "root: nginx's workers share the user nobody with whoever else uses "
            "it; make a user of their own and name it with --user",
        )
    else:
        yield Finding("good", "user", f"root: nginx's workers run as {settings.user}")


def _configuration(
    settings: NodeSettings, config: Path
) -> tuple[Configuration | None, list[Finding]]:
    try:
        found = read_file(
            config, secret=os.urandom(32), node_secret=os.urandom(32), vault=settings.vault
        )
    except Fault as fault:
        return None, [Finding("bad", "configuration", fault.message)]
    snapshot = found.snapshot
    size = f"{len(snapshot.services)} services, {len(snapshot.routes)} routes"
    notes = [Finding("note", "configuration", warning) for warning in found.warnings]
    return found, [Finding("good", "configuration", size), *notes]


async def _outside(found: Configuration) -> list[Finding]:
    findings = []
    hosts = {service.host for service in found.snapshot.services} - {
        upstream.name for upstream in found.snapshot.upstreams
    }
    for host in sorted(hosts):
        if not is_address(host):
            addresses = await look_up(host)
            kind: Literal["good", "note"] = "good" if addresses else "note"
            findings.append(
                Finding(kind, "name", f"{host}: {', '.join(addresses) or 'no address'}")
            )
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        for issuer in sorted(found.issuers):
            findings += await _provider(session, issuer)
    for settings in sorted(found.rooms, key=name_of):
        findings += await _room(settings)
    return findings


async def _room(settings: RedisSettings) -> list[Finding]:
    name = name_of(settings)
    try:
        seen = await look_at(settings)
    except Fault as fault:
        away = "until it can, nodes do not hear of one another's revocations"
        return [Finding("note", "room", f"{name}: {fault.message} ({fault.cause}); {away}")]
    version = f"Redis {seen.version}, " if seen.version else ""
    known = f"{seen.revocations} revocations are known there"
    findings = [Finding("good", "room", f"{name}: {version}{seen.milliseconds:.0f} ms, {known}")]
    if seen.forgetful:
        text = (
            f"{name}: its maxmemory-policy is {seen.policy}, so that it drops revocations when its "
            "memory is full; let it be noeviction or volatile-ttl"
        )
        findings.append(Finding("note", "room", text))
    return findings


async def _provider(session: aiohttp.ClientSession, issuer: str) -> list[Finding]:
    began = time.monotonic()
    try:
        async with session.get(issuer.rstrip("/") + _DISCOVERY, allow_redirects=False) as reply:
            await reply.content.read(1_000_000)
            status, date = reply.status, reply.headers.get("Date")
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        return [Finding("note", "provider", f"{issuer}: {type(error).__name__}")]
    took = (time.monotonic() - began) * 1000
    kind: Literal["good", "note"] = "good" if status == 200 else "note"
    findings = [Finding(kind, "provider", f"{issuer}: {status} in {took:.0f} ms")]
    try:
        apart = time.time() - parsedate_to_datetime(date).timestamp() if date else 0.0
    except ValueError:
        apart = 0.0
    if abs(apart) > 5:
        text = f"{abs(apart):.0f} s {'ahead of' if apart > 0 else 'behind'} {issuer}"
        findings.append(Finding("note", "clock", f"ours is {text}; tokens may seem expired"))
    return findings
