"""The whole story of one request: its route, its plan, what was asked, what would be answered."""

import asyncio
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from gatepost.engine import Match, path_to_send
from gatepost.explaining.described import Described
from gatepost.explaining.ground import Ground
from gatepost.explaining.lone_plan import LonePlan
from gatepost.explaining.supposed import Supposed
from gatepost.model import Route, Snapshot
from gatepost.outside import Calls, ReadOnlyStore, Redises
from gatepost.plugin import (
    Evaluation,
    Facts,
    Forward,
    HttpRequest,
    Plan,
    Refusal,
    Revocation,
    Revocations,
    Sources,
    Trace,
    extract,
    judge,
)
from gatepost.plugin.masks import Masks
from gatepost.plugin.story import edits, plugins, told
from gatepost.values import Address
from gatepost.values.call import Fetch

Shown = dict[str, Any]

LONGEST = 25.0
"""Seconds for which a judgement may take, whatever the plan allows."""


async def explain(
    ground: Ground,
    asked: Described,
    plan_of: Callable[[Route], LonePlan],
    *,
    revocations: Iterable[Revocation] = (),
    supposed: Supposed | None = None,
    link_local: bool = True,
) -> Shown:
    """Return the whole story. outcome: forward, refused or answered.

    plan_of: builds the plan of a route; called in a thread. link_local: see ``Calls``. Raises
    Fault (operator).
    """
    snapshot = ground.snapshot
    request = asked.request()
    masks = Masks(asked.headers, asked.body, request.args)
    story: Shown = {
        "request": {
            "method": request.method,
            "url": f"{request.scheme}://{Address(request.host, request.port)}{request.path}",
            "headers": [[name, masks.header(name, value)] for name, value in request.headers],
        }
    }
    found = await asyncio.to_thread(ground.found, request)
    if found is None:
        why = "no Route matched with those values"
        return story | {"outcome": "refused", "status": 404, "message": why}
    route = found.place.route
    story["route"] = _route_shown(ground, found)
    if request.scheme not in {name.replace("grpc", "http") for name in route.protocols}:
        code = route.https_redirect_status_code
        return story | {"outcome": "refused", "status": code, "message": "the route wants HTTPS"}
    lone = await asyncio.to_thread(plan_of, route)
    if lone.unresolved:
        story["unresolved"] = list(lone.unresolved)
    if lone.plan is None:
        story["plan"] = None
        return story | _forwarded(snapshot, found, request, Forward(), masks)
    plan = replace(lone.plan, deadline=min(lone.plan.deadline, LONGEST))
    story["plan"] = _plan_shown(lone.plan)
    if supposed is not None:
        request = await asyncio.to_thread(supposed.request, request)
        masks.add(supposed.secret)
        revocations = supposed.revocations(revocations)
    keyed = extract(plan.attributes, request)
    if isinstance(keyed, Refusal):
        return story | {"outcome": "refused", "status": keyed.status, "message": keyed.message}
    revoked, calls = Revocations(revocations), Calls(link_local=link_local)
    fetch = calls if supposed is None else supposed.fetch(calls)
    try:
        evaluation = await _judged(plan, keyed, request, ground, revoked, fetch)
    finally:
        await calls.close()
    return story | _told(snapshot, found, request, evaluation, masks)


async def _judged(
    plan: Plan,
    keyed: Any,
    request: HttpRequest,
    ground: Ground,
    revocations: Revocations,
    fetch: Fetch,
) -> Evaluation:
    redises = Redises()
    sources = Sources(
        fetch,
        Facts(fetch, secret=os.urandom(32), wall=time.time),
        time.time,
        ground.people,
        revocations,
        stores=lambda settings: ReadOnlyStore(redises.store(settings)),
    )
    context = request.context(id="explain", route=plan.route)
    try:
        return await judge(plan, keyed, context, sources, trace=Trace())
    finally:
        await redises.close()


def _route_shown(ground: Ground, found: Match) -> Shown:
    route = found.place.route
    service = ground.snapshot.service_of(route)
    conditions = {
        "hosts": list(route.hosts or ()),
        "headers": sorted(route.headers or ()),
        "path": found.place.path,
        "methods": list(route.methods or ()),
        "snis": list(route.snis or ()),
    }
    return {
        "name": route.name,
        "id": route.id,
        "service": service.name or service.id if service else None,
        "fits": {name: value for name, value in conditions.items() if value},
        "place": ground.place(found),
        "of": len(ground.order),
    }


def _plan_shown(plan: Plan) -> Shown:
    return {
        "id": plan.id,
        "note": "a running node keys the id with a secret of its own",
        "plugins": plugins(plan),
        "key": [str(attribute) for attribute in plan.attributes],
        "never_remembered": list(plan.never),
        "patience": plan.patience,
    }


def _told(
    snapshot: Snapshot, found: Match, request: HttpRequest, evaluation: Evaluation, masks: Masks
) -> Shown:
    decision = evaluation.decision
    story = told(evaluation, masks, time.time())
    if isinstance(decision, Forward):
        return story | _forwarded(snapshot, found, request, decision, masks)
    if isinstance(decision, Refusal):
        return story | {
            "outcome": "refused",
            "status": decision.status,
            "code": decision.code,
            "message": decision.message,
            "challenges": list(decision.challenges),
        }
    if decision is None:
        return story | {"outcome": "refused", "status": 503, "message": "the body was not sent"}
    headers = [[name, masks.header(name, value)] for name, value in decision.headers]
    return story | {"outcome": "answered", "status": decision.status, "headers": headers}


def _forwarded(
    snapshot: Snapshot, found: Match, request: HttpRequest, decision: Forward, masks: Masks
) -> Shown:
    route = found.place.route
    service = snapshot.service_of(route)
    if service is None:
        message = "no Service found with those values"
        return {"outcome": "refused", "status": 503, "message": message}
    try:
        path, _ = path_to_send(route, service.path, request.path, found.length)
    except ValueError as error:
        return {"outcome": "refused", "status": 400, "message": str(error)}
    return {
        "outcome": "forward",
        "upstream": {
            "url": f"{service.protocol}://{Address(service.host, service.port)}{path}",
            "host": request.host if route.preserve_host else _host(snapshot, route),
            "headers": edits(decision, masks),
        },
    }


def _host(snapshot: Snapshot, route: Route) -> str:
    service = snapshot.service_of(route)
    upstream = snapshot.upstream_of(service) if service else None
    named = upstream.host_header if upstream else None
    return named or (service.host if service else "")
