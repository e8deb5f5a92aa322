"""``POST /explain``: a request judged here over the current configuration, and what if.

Nothing is written, sent upstream or remembered, and no node hears of it.
"""

from typing import Any

import msgspec
from starlette.responses import Response

from gatepost.admin.ask import Ask, answer
from gatepost.admin.bodies import read_as
from gatepost.admin.caller import Role
from gatepost.admin.problem import plain
from gatepost.admin.what_if import Wish, supposed_plugins
from gatepost.explaining import Described, LonePlan, Supposed, explain, lone_plan
from gatepost.model import Plugin, Route, Unresolved

LIMIT = 64 * 1024
"""Bytes of what is asked."""


class AskedRequest(msgspec.Struct, forbid_unknown_fields=True):
    """A request. address: the client's."""

    url: str
    method: str | None = None
    headers: list[tuple[str, str]] = []
    body: str | None = None
    address: str = "127.0.0.1"

    def __repr__(self) -> str:
        return "AskedRequest()"


class WhatIf(msgspec.Struct, forbid_unknown_fields=True):
    """What is supposed. claims: of the token in the request; null takes one away."""

    claims: dict[str, Any] | None = None
    plugins: list[Wish] = []


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """The body."""

    request: AskedRequest
    what_if: WhatIf | None = None


async def tell(ask: Ask) -> Response:
    """Tell why a request is let through or refused, also if its token or a plugin were different.

    The provider is asked as a node would ask it. ``claims`` and ``plugins`` of ``what_if`` change
    the request's token and the configuration for this one answer.
    """
    ask.allow(Role.OPERATOR)
    wanted = await read_as(ask.request, Wanted, LIMIT)
    snapshot = (await ask.current()).snapshot
    what_if = wanted.what_if or WhatIf()
    plugins: tuple[Plugin, ...] | None = None
    if what_if.plugins:
        may_move = ask.caller.role >= Role.ADMIN
        registry = ask.control.registry
        plugins = supposed_plugins(snapshot, registry, what_if.plugins, may_move=may_move)
    asked = wanted.request
    supposed = Supposed(what_if.claims) if what_if.claims else None
    variables = ask.control.abroad.settings.variables

    def plan_of(route: Route) -> LonePlan:
        return lone_plan(snapshot, route, ask.control.registry, variables, plugins)

    async with ask.control.abroad.turn(ask.plane):
        body = (asked.body or "").encode()
        described = Described.of(asked.url, asked.method, asked.headers, body, asked.address)
        try:
            story = await explain(
                ask.control.explaining.ground(ask.plane, snapshot),
                described,
                plan_of,
                revocations=await ask.control.explaining.revocations(ask.plane),
                supposed=supposed,
                link_local=False,
            )
        except Unresolved as unresolved:
            raise plain(400, f"{unresolved.message}: {unresolved.cause}") from None
    return answer(story | _supposed(wanted.what_if, supposed, story))


def _supposed(
    what_if: WhatIf | None, supposed: Supposed | None, story: dict[str, Any]
) -> dict[str, Any]:
    notes = []
    if story.get("unresolved"):
        names = ", ".join(story["unresolved"])
        notes.append(
            f"Only nodes know {names}, to which the configuration refers: what rests on it may be "
            "judged otherwise there. GATEPOST_TRY_VARIABLES lets the control plane know it too."
        )
    if supposed is not None:
        notes += [f"What was supposed has a limit: {one}." for one in supposed.problems]
        if not supposed.used:
            notes.append("Nothing was judged whose claims could be supposed to differ.")
    found: dict[str, Any] = {"notes": notes} if notes else {}
    return found | {"what_if": True} if what_if is not None else found
