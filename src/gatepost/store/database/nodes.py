"""The nodes that follow a control plane: who they are, and what they said last."""

import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, bindparam, func, select, update

from gatepost.store.database.access import Access
from gatepost.store.database.news import NODES, News, Told
from gatepost.store.database.tables import nodes

_REVOCATION = {"revoked_at", "revoked_why"}


@dataclass(frozen=True, slots=True)
class Node:
    """A node. Moments are seconds since 1970; None for never.

    connected: whether its feed was open when it was last seen; a process that was killed cannot
    say that it closed.
    config_hash, config_version: of the configuration that it runs. sync_status: ``normal``,
    ``refused`` or empty when nothing was heard; sync_reason says why it was refused.
    proxies: URLs of its listeners, as the node names them.
    """

    plane: str
    id: str
    hostname: str = ""
    ip: str = ""
    version: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    enrolled_at: float | None = None
    last_seen: float | None = None
    config_hash: str = ""
    config_version: int = 0
    sync_status: str = ""
    sync_reason: str = ""
    certificate_serial: str = ""
    certificate_expires_at: float | None = None
    revoked_at: float | None = None
    revoked_why: str = ""
    connected: bool = False
    proxies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NodePage:
    """Nodes in order of their ids. next: what to ask for as ``after``; None at the end."""

    items: list[Node]
    next: str | None


_FIELDS = tuple(Node.__dataclass_fields__)
_CHANGING = tuple(name for name in _FIELDS if name not in {"plane", "id", *_REVOCATION})


class Nodes:
    """Keeps the nodes of all planes."""

    def __init__(self, access: Access, news: News, now: Callable[[], float]) -> None:
        self._access = access
        self._news = news
        self._now = now

    async def put(self, node: Node) -> None:
        """Insert or replace a node. Whether it is revoked stays as it is: only ``revoke`` changes
        that, so that an old value written back undoes nothing.
        """
        row = {name: _stored(name, getattr(node, name)) for name in _FIELDS}
        row |= {"revoked_at": None, "revoked_why": ""}
        async with self._access.writing("nodes") as link:
            await link.put(nodes, row, change=_CHANGING)

    async def change(self, plane: str, ident: str, **fields: Any) -> bool:
        """Change some fields of a node, such as ``last_seen``; return whether it was there.

        Raises ValueError for a field that cannot be changed.
        """
        _refuse_others(fields)
        new = {name: _stored(name, value) for name, value in fields.items()}
        change = update(nodes).where(nodes.c.plane == plane, nodes.c.id == ident)
        async with self._access.writing("nodes") as link:
            return (await link.run(change.values(**new))).rowcount > 0

    async def change_all(self, changes: Sequence[tuple[str, str, Mapping[str, Any]]]) -> None:
        """Change some fields of several nodes at once: (plane, id, fields), in their order.

        Those that are not there are passed over. Raises ValueError as ``change``.
        """
        rows: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for plane, ident, fields in changes:
            _refuse_others(fields)
            values = {f"to_{name}": _stored(name, value) for name, value in fields.items()}
            rows.setdefault(tuple(fields), []).append({"of": plane, "this": ident, **values})
        own = and_(nodes.c.plane == bindparam("of"), nodes.c.id == bindparam("this"))
        async with self._access.writing("nodes") as link:
            for names, some in rows.items():
                new: dict[str, Any] = {name: bindparam(f"to_{name}") for name in names}
                await link.run(update(nodes).where(own).values(new), some)

    async def revoke(self, plane: str, ident: str, why: str) -> bool:
        """Shut a node out from now on; return whether it is there and was not shut out before."""
        latest = select(func.max(nodes.c.revoked_at)).where(nodes.c.plane == plane)
        change = update(nodes).where(
            nodes.c.plane == plane, nodes.c.id == ident, nodes.c.revoked_at.is_(None)
        )
        async with self._access.writing("nodes") as link:
            # rising, also where the clocks of two control planes differ: it is told as a number
            now = max(self._now(), ((await link.run(latest)).scalar() or 0.0) + 0.002)
            new = {"revoked_at": now, "revoked_why": why}
            done = (await link.run(change.values(**new))).rowcount > 0
            if done:
                await link.tell(self._news, NODES, plane, int(now * 1000))
        return done

    async def get(self, plane: str, ident: str) -> Node | None:
        """Return a node."""
        query = select(nodes).where(nodes.c.plane == plane, nodes.c.id == ident)
        async with self._access.reading() as link:
            row = (await link.run(query)).mappings().one_or_none()
        return None if row is None else _node(row)

    async def page(self, plane: str, *, size: int, after: str | None = None) -> NodePage:
        """Return up to ``size`` nodes in order of their ids, those after the id ``after``."""
        query = select(nodes).where(nodes.c.plane == plane).order_by(nodes.c.id).limit(size + 1)
        if after is not None:
            query = query.where(nodes.c.id > after)
        async with self._access.reading() as link:
            found = [_node(row) for row in (await link.run(query)).mappings().all()]
        return NodePage(found[:size], found[size - 1].id if len(found) > size else None)

    async def seen_since(self, plane: str, moment: float) -> list[str]:
        """Return the ids of the nodes that were seen since then, did not leave and are not shut
        out, in order.
        """
        query = select(nodes.c.id).where(
            nodes.c.plane == plane,
            nodes.c.last_seen >= moment,
            nodes.c.connected,
            nodes.c.revoked_at.is_(None),
        )
        async with self._access.reading() as link:
            return list((await link.run(query.order_by(nodes.c.id))).scalars().all())

    async def changes(self) -> AsyncIterator[Told]:
        """Yield (plane, moment) whenever a node was shut out, here or by another process on the
        same PostgreSQL; first of each plane in which one ever was. moment: in milliseconds.
        """
        async for told in self._news.listen(NODES, self._shut_out):
            yield told

    async def _shut_out(self) -> list[Told]:
        query = select(nodes.c.plane, func.max(nodes.c.revoked_at).label("at"))
        query = query.where(nodes.c.revoked_at.is_not(None)).group_by(nodes.c.plane)
        async with self._access.reading() as link:
            return [(row.plane, int(row.at * 1000)) for row in (await link.run(query)).all()]


def _refuse_others(fields: Mapping[str, Any]) -> None:
    wrong = fields.keys() - set(_CHANGING)
    if wrong:
        raise ValueError(f"a node's {', '.join(sorted(wrong))} cannot be changed")


def _stored(name: str, value: Any) -> Any:
    if name == "proxies":
        return json.dumps(list(value))
    return json.dumps(dict(value), sort_keys=True) if name == "labels" else value


def _node(row: Any) -> Node:
    proxies = tuple(json.loads(row["proxies"]))
    return Node(**{**row, "labels": json.loads(row["labels"]), "proxies": proxies})
