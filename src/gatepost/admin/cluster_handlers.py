"""Nodes over the Admin API: who they are and how they are, tokens that admit them, turning away.

The shape of a node is Kong's ``/clustering/data-planes``, with ours beside it.
"""

import contextlib
import time
from typing import Any

from starlette.responses import Response

from gatepost.admin.ask import Ask, answer, nothing
from gatepost.admin.audit import noted
from gatepost.admin.bodies import read_body
from gatepost.admin.caller import Role
from gatepost.admin.digest import EMPTY
from gatepost.admin.node_state import is_connected
from gatepost.admin.paging import decoded, page, read_wanted
from gatepost.admin.problem import not_found, schema_violation
from gatepost.model import Violation
from gatepost.store.database import Enrolment, Node
from gatepost.values import Address, Fault

HOUR = 3600.0
LONGEST = 7 * 86400.0
"""Seconds that an enrolment token may live."""


async def data_planes(ask: Ask) -> Response:
    """List the nodes: when each was seen, what it runs, whether that is what it should run."""
    ask.allow(Role.VIEWER)
    query = {name: text for name, text in ask.query.items() if name in {"size", "offset"}}
    wanted = read_wanted({name: text for name, text in query.items() if name != "offset"})
    offset = query.get("offset")
    after = decoded(offset) if offset else None
    got = await ask.control.database.nodes.page(ask.plane, size=wanted.size, after=after)
    view = await _View.of(ask)
    return answer(page([view.shown(one) for one in got.items], got.next, ask.path, wanted))


async def data_plane(ask: Ask) -> Response:
    """Show one node."""
    ask.allow(Role.VIEWER)
    found = await ask.control.database.nodes.get(ask.plane, ask.names[0])
    if found is None:
        raise not_found()
    return answer((await _View.of(ask)).shown(found))


async def turn_away(ask: Ask) -> Response:
    """Turn a node away for good (``?why=``): its certificate is worth nothing from now on.

    Its feed is closed at once. It goes on with the configuration that it has, so that nobody's
    traffic is cut by a click; stop it at its own machine.
    """
    ask.allow(Role.ADMIN)
    why = ask.query.get("why", "")[:500]
    if await ask.control.cluster.dismiss(ask.plane, ask.names[0], why):
        await noted(ask, "revoke", "nodes", ask.names[0], after={"why": why})
    return nothing()


async def status(ask: Ask) -> Response:
    """Show Kong's older picture: a map from id to node."""
    ask.allow(Role.VIEWER)
    view = await _View.of(ask)
    got = await ask.control.database.nodes.page(ask.plane, size=1000)
    names = ("config_hash", "hostname", "ip", "last_seen")
    return answer({one.id: {name: view.shown(one)[name] for name in names} for one in got.items})


async def tokens(ask: Ask) -> Response:
    """List the tokens that admit nodes, without their secrets."""
    ask.allow(Role.OPERATOR)
    found = await ask.control.database.enrolments.all(ask.plane)
    return answer({"data": [_token(one) for one in found], "next": None})


async def new_token(ask: Ask) -> Response:
    """Make a token that admits one node, once; it is shown now and never again.

    ``expires_in``: seconds, an hour unless told otherwise. ``address``: where the node will find
    the cluster listener, if that is not where it listens; several with commas between them.
    """
    ask.allow(Role.OPERATOR)
    given = await read_body(ask.request)
    seconds, addresses = _asked(given.typed([{"expires_in": {"type": "number"}}]))
    addresses = addresses or (_reachable(ask),)
    made = await ask.control.cluster.admit(ask.plane, seconds=seconds, addresses=addresses)
    await noted(ask, "create", "enrolments", made.enrolment.id)
    where = ",".join(map(str, addresses))
    text = made.text.reveal()
    shown = {
        **_token(made.enrolment),
        "token": text,
        "address": where,
        "command": f"gatepost node --control-plane {where} --token {text}",
    }
    return answer(shown, 201)


async def drop_token(ask: Ask) -> Response:
    """Take a token back before it is used."""
    ask.allow(Role.OPERATOR)
    found = await ask.control.database.enrolments.get(ask.names[0])
    if found is not None and found.plane == ask.plane:
        await ask.control.database.enrolments.remove(found.id)
        await noted(ask, "delete", "enrolments", found.id)
    return nothing()


class _View:
    """What is needed to show nodes: what they should run, and who is connected here."""

    def __init__(self, wanted: str, connected: frozenset[str], now: float) -> None:
        self._wanted, self._connected, self._now = wanted, connected, now

    @classmethod
    async def of(cls, ask: Ask) -> "_View":
        current = await ask.current()
        return cls(current.hash, ask.control.cluster.connected(ask.plane), time.time())

    def shown(self, node: Node) -> dict[str, Any]:
        status = node.sync_status if node.sync_status in {"normal", "refused"} else "unknown"
        return {
            "id": node.id,
            "hostname": node.hostname,
            "ip": node.ip,
            "version": node.version,
            "last_seen": int(node.last_seen or 0) or None,
            "updated_at": int(node.last_seen or 0) or None,
            "config_hash": node.config_hash[:32] or EMPTY,
            "sync_status": status,
            "labels": dict(node.labels),
            "cert_details": {"expiry_timestamp": int(node.certificate_expires_at or 0)},
            "rpc_capabilities": [],
            "connected": is_connected(node, self._connected, self._now),
            "in_sync": node.config_hash == self._wanted,
            "sync_reason": node.sync_reason,
            "config_version": node.config_version,
            "enrolled_at": int(node.enrolled_at or 0) or None,
            "revoked_at": int(node.revoked_at) if node.revoked_at else None,
            "revoked_why": node.revoked_why,
            "proxies": list(node.proxies),
        }


def _token(one: Enrolment) -> dict[str, Any]:
    return {
        "id": one.id,
        "created_at": int(one.created_at),
        "expires_at": int(one.expires_at),
        "used_at": int(one.used_at) if one.used_at else None,
        "used_by": one.used_by,
    }


def _asked(data: dict[str, Any]) -> tuple[float, tuple[Address, ...]]:
    found = [
        Violation((name,), "unknown field") for name in data.keys() - {"expires_in", "address"}
    ]
    seconds, address = data.get("expires_in", HOUR), data.get("address")
    number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if not number or not 1 <= seconds <= LONGEST:
        found.append(
            Violation(("expires_in",), f"value should be between 1 and {int(LONGEST)} (seconds)")
        )
    parsed: tuple[Address, ...] = ()
    if address is not None:
        with contextlib.suppress(Fault):
            if isinstance(address, str):
                parsed = Address.parse_all(address, default_port=8005)
        if not parsed:
            found.append(Violation(("address",), "expected host:port, as nodes reach it"))
    if found:
        raise schema_violation(found)
    return float(seconds), parsed


def _reachable(ask: Ask) -> Address:
    """Return where a node will find us: where we listen, and on all interfaces the name by which
    the Admin API was called.
    """
    bound = ask.control.cluster.address
    if bound.host not in {"0.0.0.0", "::"}:  # noqa: S104 - compared with, not bound to
        return bound
    called = Address.parse(ask.request.headers["host"])
    return Address(called.host, bound.port)
