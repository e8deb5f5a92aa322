"""The audit log: who changed what, before and after, with every secret masked."""

from dataclasses import replace
from typing import Any

from starlette.responses import Response

from gatepost.admin.ask import Ask, answer
from gatepost.admin.caller import Role
from gatepost.admin.paging import decoded, page, read_wanted
from gatepost.admin.problem import invalid_offset
from gatepost.store.database import AuditEntry


async def noted(
    ask: Ask,
    action: str,
    kind: str,
    entity: str | None = None,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    plane: str | None = None,
) -> None:
    """Write down what was done beside the entities; nothing secret may be in before and after.

    plane: in whose log it belongs, where that is not the one of the request's path: whoever calls
    chooses the path, and must not choose by it who gets to read what was done.
    """
    await ask.control.database.audit.append(
        AuditEntry(
            who=ask.caller.name,
            how=ask.caller.way,
            action=action,
            kind=kind,
            entity=entity,
            before=before,
            after=after,
            plane=plane or ask.plane,
        )
    )


async def entries(ask: Ask) -> Response:
    """List what was done, newest first; ``kind``, ``entity`` (an id) and ``who`` choose."""
    ask.allow(Role.OPERATOR)
    query = ask.query
    wanted = read_wanted({name: query[name] for name in ("size",) if name in query})
    chosen = {name: query[name] for name in ("kind", "entity", "who") if query.get(name)}
    wanted = replace(wanted, query={**(wanted.query or {}), **chosen})
    offset = query.get("offset")
    before = None
    if offset:
        text = decoded(offset)
        if not (text.isascii() and text.isdecimal()):
            raise invalid_offset(offset)
        before = int(text)
    got = await ask.control.database.audit.page(
        size=wanted.size,
        before=before,
        plane=ask.plane,
        kind=query.get("kind"),
        entity=query.get("entity"),
        who=query.get("who"),
    )
    following = None if got.next is None else str(got.next)
    return answer(page([_shown(one) for one in got.items], following, ask.path, wanted))


def _shown(entry: AuditEntry) -> dict[str, Any]:
    names = ("id", "at", "who", "how", "action", "kind", "entity", "name", "before", "after")
    return {name: getattr(entry, name) for name in names}
