"""One request judged as a node would judge it, told as plain values with secrets masked."""

import asyncio
import ipaddress
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from gatepost.authorizer import judge
from gatepost.engine import Asked, Match, match, normal, path_to_send, places
from gatepost.model import Route, Snapshot
from gatepost.node.reading import Configuration, read_file
from gatepost.outside import Calls, ReadOnlyStore, Redises
from gatepost.plugin import (
    Evaluation,
    Facts,
    Forward,
    HttpRequest,
    People,
    Person,
    Plan,
    Refusal,
    Revocation,
    Revocations,
    Sources,
    Trace,
    extract,
)
from gatepost.plugin.masks import Masks
from gatepost.plugin.story import edits, plugins, told
from gatepost.values import Address, By, Fault, Headers

Shown = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Described:
    """A request as a person describes it."""

    url: str
    method: str
    headers: Headers = field(repr=False)
    body: bytes = field(repr=False)
    address: str

    @classmethod
    def read(
        cls, url: str, method: str | None, headers: list[str], data: str | None, address: str
    ) -> Self:
        """Read the words of a command line. Raises Fault (operator) ``explain.malformed``."""
        try:
            ipaddress.ip_address(address)
        except ValueError:
            raise _malformed(f"--address {address!r} is not an IP address.") from None
        fields = []
        for line in headers:
            name, colon, value = line.partition(":")
            if not colon or not name.strip():
                raise _malformed(f"-H {name!r}: write 'Name: value'")
            fields.append((name.strip(), value.strip()))
        body = _data(data)
        if body and "content-type" not in Headers(fields):
            fields.append(("Content-Type", "application/x-www-form-urlencoded"))
        if body:
            fields.append(("Content-Length", str(len(body))))
        chosen = method or ("POST" if body else "GET")
        return cls(url, chosen, Headers(fields), body, address)


def explanation(
    file: Path, asked: Described, *, vault: Mapping[str, str], status: str | None = None
) -> Shown:
    """Return the whole story. outcome: forward, refused or answered. Raises Fault (operator)."""
    secret = os.urandom(32)
    configuration = read_file(file, secret=secret, node_secret=os.urandom(32), vault=vault)
    request = _request(asked)
    masks = Masks(asked.headers, asked.body, request.args)
    story: Shown = {
        "request": {
            "method": request.method,
            "url": f"{request.scheme}://{Address(request.host, request.port)}{request.path}",
            "headers": [[name, masks.header(name, value)] for name, value in request.headers],
        }
    }
    found = _route(configuration.snapshot, request)
    if found is None:
        why = "no Route matched with those values"
        return story | {"outcome": "refused", "status": 404, "message": why}
    route = found.place.route
    story["route"] = _route_shown(configuration.snapshot, found)
    if request.scheme not in {name.replace("grpc", "http") for name in route.protocols}:
        code = route.https_redirect_status_code
        return story | {"outcome": "refused", "status": code, "message": "the route wants HTTPS"}
    plan_id = configuration.plan_of[route.id]
    if plan_id is None:
        story["plan"] = None
        return story | _forwarded(configuration.snapshot, found, request, Forward(), masks)
    plan = configuration.plans[plan_id]
    story["plan"] = _plan_shown(plan)
    keyed = extract(plan.attributes, request)
    if isinstance(keyed, Refusal):
        return story | {"outcome": "refused", "status": keyed.status, "message": keyed.message}
    revocations = _revocations(status)
    trace = Trace()
    context = request.context(id="explain", route=route.id)
    evaluation = asyncio.run(
        _judge(plan, keyed, context, configuration, revocations, trace, secret)
    )
    return story | _told(configuration.snapshot, found, request, evaluation, masks)


def _request(asked: Described) -> HttpRequest:
    shown = asked.url.split("?")[0]
    try:
        parts = urlsplit(asked.url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    except ValueError as error:
        raise _malformed(f"--url {shown!r}: {error}.") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise _malformed(f"--url {shown!r}: write http://HOST/PATH or https://HOST/PATH.")
    try:
        path = normal(parts.path or "/")
    except ValueError as error:
        raise _malformed(f"The gateway refuses this with 400: {error}") from None
    return HttpRequest(
        method=asked.method,
        scheme=parts.scheme,
        host=parts.hostname.lower().removesuffix("."),
        port=port,
        path=path,
        args=parts.query or None,
        headers=asked.headers,
        body=asked.body,
        address=asked.address,
        sni=parts.hostname if parts.scheme == "https" else None,
    )


def _route(snapshot: Snapshot, request: HttpRequest) -> Match | None:
    names = {name.lower() for name, _ in request.headers}
    asked = Asked(
        host=request.host,
        path=request.path,
        method=request.method,
        port=request.port,
        sni=request.sni,
        headers={name: request.headers.all(name) for name in names},
    )
    return match(places(snapshot.live_routes()), asked)


def _route_shown(snapshot: Snapshot, found: Match) -> Shown:
    route = found.place.route
    order = places(snapshot.live_routes())
    service = snapshot.service_of(route)
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
        "place": order.index(found.place) + 1,
        "of": len(order),
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


async def _judge(
    plan: Plan,
    keyed: Any,
    context: Any,
    configuration: Configuration,
    revocations: Revocations,
    trace: Trace,
    secret: bytes,
) -> Evaluation:
    calls = Calls(lambda _purpose, _result, _seconds: None)
    facts = Facts(calls, secret=secret, wall=time.time)
    people = People(
        Person(one.id, one.username, one.custom_id) for one in configuration.snapshot.consumers
    )
    redises = Redises()
    sources = Sources(
        calls,
        facts,
        time.time,
        people,
        revocations,
        stores=lambda settings: ReadOnlyStore(redises.store(settings)),
    )
    try:
        return await judge(plan, keyed, context, sources, trace=trace)
    finally:
        await calls.close()
        await redises.close()


def _revocations(status: str | None) -> Revocations:
    if status is None:
        return Revocations()
    from gatepost.cli.node_client import StatusClient

    answer = StatusClient(status, os.environ.get("GATEPOST_STATUS_TOKEN")).get("/revocations")
    return Revocations(Revocation.from_json(entry) for entry in answer["data"])


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
    headers = [[name, masks.text(value)] for name, value in decision.headers]
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


def _data(data: str | None) -> bytes:
    if data is None:
        return b""
    if data == "-":
        return sys.stdin.buffer.read()
    if data.startswith("@"):
        return Path(data[1:]).read_bytes()
    return data.encode()


def _malformed(message: str) -> Fault:
    return Fault("explain.malformed", message, by=By.OPERATOR)
