"""One request judged against a kong.yaml, as ``gatepost explain`` is told it."""

import asyncio
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from gatepost.explaining import Described, Ground, LonePlan, explain, malformed
from gatepost.model import Route
from gatepost.node.reading import read_file
from gatepost.plugin import Revocation


def described(
    url: str, method: str | None, headers: list[str], data: str | None, address: str
) -> Described:
    """Read the words of a command line. Raises Fault (operator) ``explain.malformed``."""
    fields = []
    for line in headers:
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            raise malformed(f"-H {name!r}: write 'Name: value'")
        fields.append((name.strip(), value.strip()))
    return Described.of(url, method, fields, _data(data), address)


def explanation(
    file: Path, asked: Described, *, vault: Mapping[str, str], status: str | None = None
) -> dict[str, Any]:
    """Return the whole story. outcome: forward, refused or answered. Raises Fault (operator)."""
    configuration = read_file(file, secret=os.urandom(32), node_secret=os.urandom(32), vault=vault)

    def plan_of(route: Route) -> LonePlan:
        ident = configuration.plan_of[route.id]
        return LonePlan(configuration.plans[ident] if ident is not None else None)

    ground = Ground(configuration.snapshot)
    return asyncio.run(explain(ground, asked, plan_of, revocations=_revocations(status)))


def _revocations(status: str | None) -> Iterable[Revocation]:
    if status is None:
        return ()
    from gatepost.cli.node_client import StatusClient

    answer = StatusClient(status, os.environ.get("GATEPOST_STATUS_TOKEN")).get("/revocations")
    return [Revocation.from_json(entry) for entry in answer["data"]]


def _data(data: str | None) -> bytes:
    if data is None:
        return b""
    if data == "-":
        return sys.stdin.buffer.read()
    if data.startswith("@"):
        return Path(data[1:]).read_bytes()
    return data.encode()
