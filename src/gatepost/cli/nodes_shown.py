"""Nodes for people: a table of them, and what to do with a token that admits one."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from gatepost.cli.asking import short
from gatepost.cli.spans import ago, left, span
from gatepost.cli.table import Row
from gatepost.cli.table import show as show_table
from gatepost.values import Address
from gatepost.values.plain_text import plain

_HEADS = ("ID", "HOSTNAME", "VERSION", "CONNECTED", "IN SYNC", "LAST SEEN", "CERT ENDS")


def show(nodes: Sequence[Mapping[str, Any]], now: float) -> None:
    """Print the nodes. now: Unix seconds, by the control plane's clock."""
    if not nodes:
        print("There is no node yet. gatepost nodes token admits one.", file=sys.stderr)
        return
    show_table(_HEADS, rows(nodes, now), shorten=1)


def rows(nodes: Sequence[Mapping[str, Any]], now: float) -> list[Row]:
    """Return a row for each node, by name; those that were revoked come last."""
    ids = short([str(one["id"]) for one in nodes])
    order = sorted(nodes, key=lambda one: (bool(one["revoked_at"]), one["hostname"], one["id"]))
    return [_row(one, ids[str(one["id"])], now) for one in order]


def named(node: Mapping[str, Any]) -> str:
    """Return a node as a sentence names it."""
    return f"{plain(str(node['hostname'] or 'node'))} ({node['id']})"


def admitted(made: Mapping[str, Any]) -> None:
    """Print a token alone on stdout; on stderr what to do with it."""
    token = str(made["token"])
    print(token, flush=True)
    # a log that keeps stderr must not hold what was to go elsewhere
    shown = token if sys.stdout.isatty() and sys.stderr.isatty() else '"$TOKEN"'
    within = span(made["expires_at"] - made["created_at"])
    print(f"It admits one node within {within}. On that node:", file=sys.stderr)
    print(f"  GATEPOST_TOKEN={shown} gatepost node", file=sys.stderr)
    if Address.parse(str(made["address"])).loopback:
        where = f"It leads to {made['address']}, which only this machine reaches."
        print(f"{where} For another\nmachine say --address HOST:PORT.", file=sys.stderr)


def _row(node: Mapping[str, Any], ident: str, now: float) -> Row:
    seen, ends = node["last_seen"], node["cert_details"]["expiry_timestamp"]
    if node["revoked_at"]:
        connected, sync = "revoked", "-"
        note = f"revoked {ago(now - node['revoked_at'])}"
        note += f": {node['revoked_why']}" if node["revoked_why"] else ""
    else:
        connected = "yes" if node["connected"] else "no"
        sync, note = _sync(node)
    cells = (
        ident,
        node["hostname"] or "-",
        node["version"] or "-",
        connected,
        sync,
        ago(now - seen) if seen else "never",
        left(ends - now) if ends else "-",
    )
    return Row(cells, note)


def _sync(node: Mapping[str, Any]) -> tuple[str, str]:
    """Return whether a node runs what it should, and the reason when it refused that."""
    if node["in_sync"]:
        return "yes", ""
    if node["sync_status"] == "refused":
        return "refused", node["sync_reason"] or "the node gave no reason"
    return "behind", node["sync_reason"] or ""
