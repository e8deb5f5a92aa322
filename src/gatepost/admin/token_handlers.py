"""Tokens of the Admin API: made, listed, revoked. A token is shown when it is made, never again."""

import re
import time
from typing import Any

from starlette.responses import Response

from gatepost.admin.ask import Ask, answer, nothing
from gatepost.admin.audit import noted
from gatepost.admin.bodies import read_body
from gatepost.admin.caller import Role
from gatepost.admin.problem import plain, schema_violation
from gatepost.admin.tokens import new_token
from gatepost.model import Violation
from gatepost.store.database import Token

_NAME = re.compile(r"[\w][\w .@()~-]{0,127}")
_LONGEST = 10 * 366 * 86400
_KNOWN = frozenset({"name", "role", "plane", "expires_in"})


async def page(ask: Ask) -> Response:
    """List the tokens, without their secrets: roles, when they end, when they were last used."""
    _keeps(ask)
    found = [
        one
        for one in await ask.control.database.tokens.all()
        if ask.caller.plane in (None, one.plane)
    ]
    return answer({"data": [_shown(one) for one in found], "next": None})


async def add(ask: Ask) -> Response:
    """Make a token: ``name``, ``role`` (viewer, operator, admin), ``expires_in`` seconds, and
    ``plane``, the id of the only control plane that it is for.
    """
    _keeps(ask)
    data = (await read_body(ask.request)).typed([{"expires_in": {"type": "number"}}])
    name, role, plane, seconds = await _checked(ask, data)
    made = new_token()
    kept = await ask.control.database.tokens.add(
        made.digest,
        name=name,
        role=role,
        plane=plane,
        expires_at=None if seconds is None else time.time() + seconds,
    )
    shown = _shown(kept)
    await noted(ask, "create", "tokens", kept.id, after=shown, plane=plane or ask.control.plane)
    return answer({**shown, "token": made.text}, 201)


async def revoke(ask: Ask) -> Response:
    """Revoke a token: it is good for nothing from the next request on."""
    _keeps(ask)
    found = await ask.control.database.tokens.get(ask.names[0])
    if found is None or ask.caller.plane not in (None, found.plane):
        return nothing()
    if await ask.control.database.tokens.revoke(found.id):
        log = found.plane or ask.control.plane
        await noted(ask, "delete", "tokens", found.id, before=_shown(found), plane=log)
    return nothing()


async def me(ask: Ask) -> Response:
    """Show who calls: name, role, how they were let in, and the control plane they are bound to."""
    caller = ask.caller
    shown = {
        "name": caller.name,
        "role": caller.role.word,
        "how": caller.how,
        "plane": caller.plane,
    }
    return answer(shown)


def _keeps(ask: Ask) -> None:
    ask.caller.require(Role.ADMIN)


async def _checked(ask: Ask, data: dict[str, Any]) -> tuple[str, Role, str | None, float | None]:
    found = [Violation((name,), "unknown field") for name in sorted(data.keys() - _KNOWN)]
    name, plane, seconds = data.get("name"), data.get("plane"), data.get("expires_in")
    role = Role.VIEWER
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        found.append(Violation(("name",), "expected a name of at most 128 characters"))
    try:
        role = Role.named(str(data.get("role", "")))
    except ValueError:
        found.append(Violation(("role",), f"expected one of: {', '.join(Role.names())}"))
    number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if seconds is not None and not (number and 1 <= seconds <= _LONGEST):
        found.append(Violation(("expires_in",), "expected a number of seconds, up to ten years"))
    plane = ask.caller.plane if plane is None else plane
    if plane is not None:
        known = isinstance(plane, str) and await ask.control.database.planes.get(plane) is not None
        if not known or not ask.caller.sees(plane):
            found.append(Violation(("plane",), "no control plane has this id"))
    if found:
        raise schema_violation(found)
    if not isinstance(name, str):
        raise plain(400, "a name is wanted")
    return name, role, plane, seconds


def _shown(token: Token) -> dict[str, Any]:
    return {
        "id": token.id,
        "name": token.name,
        "role": token.role.word,
        "plane": token.plane,
        "created_at": int(token.created_at),
        "expires_at": None if token.expires_at is None else int(token.expires_at),
        "last_used_at": None if token.last_used_at is None else int(token.last_used_at),
        "revoked_at": None if token.revoked_at is None else int(token.revoked_at),
    }
