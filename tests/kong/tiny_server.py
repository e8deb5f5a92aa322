"""A very small Admin API in memory: enough to talk with, and it writes down what it was asked."""

import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.kong.defaults import config_schema, entity_defaults, fill, merge
from tests.kong.kinds import CREDENTIALS, KINDS
from tests.ports import free_port

CREDENTIAL_PATHS = {kind.below: kind.path for kind in CREDENTIALS.values()}
SCHEMAS: dict[str, Any] = {
    "services": {
        "fields": [
            {"protocol": {"type": "string", "default": "http"}},
            {"port": {"type": "integer", "default": 80}},
            {"enabled": {"type": "boolean", "default": True}},
        ]
    },
    "routes": {"fields": [{"strip_path": {"type": "boolean", "default": True}}]},
    "targets": {"fields": [{"weight": {"type": "integer", "default": 100}}]},
    "plugins/limit": {
        "fields": [
            {"protocols": {"type": "set", "default": ["http", "https"]}},
            {
                "config": {
                    "type": "record",
                    "fields": [
                        {"minute": {"type": "number"}},
                        {"policy": {"type": "string", "default": "local"}},
                        {
                            "redis": {
                                "type": "record",
                                "required": True,
                                "fields": [
                                    {"host": {"type": "string"}},
                                    {"port": {"type": "integer", "default": 6379}},
                                ],
                            }
                        },
                    ],
                    "shorthand_fields": [
                        {
                            "redis_host": {
                                "type": "string",
                                "deprecation": {"replaced_with": [{"path": ["redis", "host"]}]},
                            }
                        }
                    ],
                }
            },
        ]
    },
}

Answer = tuple[int, Any]


@dataclass
class Tiny:
    """What it holds, by path and id, and what it was asked. page: how many a list answers.

    trouble: is asked before each request is handled; what it returns is answered instead.
    """

    address: str = ""
    held: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
    page: int = 2
    version: Any = "3.9.0"
    absent: set[str] = field(default_factory=set)
    trouble: Callable[[str], web.Response | None] = lambda _: None
    _clock: Any = field(default_factory=lambda: itertools.count(1000))

    def writes(self) -> list[str]:
        """Return the requests that write."""
        return [one for one in self.asked if not one.startswith("GET")]

    async def handle(self, request: web.Request) -> web.Response:
        """Answer any request."""
        asked = f"{request.method} {request.path}"
        self.asked.append(asked)
        trouble = self.trouble(asked)
        if trouble is not None:
            return trouble
        body = await request.json() if request.can_read_body else None
        self.bodies.append(body)
        parts = [part for part in request.path.split("/") if part]
        if request.method == "GET":
            status, answer = self._read(parts, request.query)
        else:
            status, answer = self._write(request.method, parts, body)
        if answer is None:
            return web.Response(status=status)
        return web.json_response(answer, status=status)

    def _read(self, parts: list[str], query: Any) -> Answer:
        match parts:
            case []:
                return 200, {"version": self.version}
            case ["schemas", *name] if "/".join(name) in SCHEMAS:
                return 200, SCHEMAS["/".join(name)]
            case ["consumer_groups", name]:
                (group,) = (one for one in self._all("consumer_groups") if one["name"] == name)
                who = self.members.get(group["id"], [])
                inside = [one for one in self._all("consumers") if one["username"] in who]
                return 200, {"consumer_group": group, "consumers": inside}
            case ["upstreams", upstream, "targets"]:
                found = [t for t in self._all("targets") if t["upstream"]["id"] == upstream]
                return self._paged(found, query)
            case [path] if path not in self.absent and path in {k.path for k in KINDS.values()}:
                return self._paged(self._all(path), query)
            case [path, ident] if ident in self.held.get(path, {}):
                return 200, self.held[path][ident]
        return 404, {"message": "Not found"}

    def _all(self, path: str) -> list[dict[str, Any]]:
        return list(self.held.get(path, {}).values())

    def _paged(self, found: list[dict[str, Any]], query: Any) -> Answer:
        tags = set(query["tags"].split(",")) if "tags" in query else set()
        found = [one for one in found if tags <= set(one.get("tags") or ())]
        start = int(query.get("offset", 0))
        answer: dict[str, Any] = {"data": found[start : start + self.page], "next": None}
        if start + self.page < len(found):
            answer["offset"] = str(start + self.page)
        return 200, answer

    def _write(self, method: str, parts: list[str], body: Any) -> Answer:
        match parts:
            case ["consumer_groups", group, "consumers"]:
                self.members.setdefault(group, []).append(body["consumer"])
                return 201, {"consumer_group": {"id": group}, "consumers": []}
            case ["consumer_groups", group, "consumers", name]:
                self.members[group].remove(name)
                return 204, None
            case ["upstreams", upstream, "targets"]:
                return 201, self._keep(
                    "targets", body["id"], {**body, "upstream": {"id": upstream}}
                )
            case ["upstreams", _, "targets", ident]:
                return self._one(method, "targets", ident, body)
            case ["consumers", _, below, ident]:
                return self._one(method, CREDENTIAL_PATHS[below], ident, body)
            case [path, ident]:
                return self._one(method, path, ident, body)
        return 405, {"message": "Method not allowed"}

    def _one(self, method: str, path: str, ident: str, body: Any) -> Answer:
        if method == "DELETE":
            self.held.get(path, {}).pop(ident, None)
            return 204, None
        return 200, self._keep(path, ident, body)

    def _keep(self, path: str, ident: str, body: dict[str, Any]) -> dict[str, Any]:
        entity = {**body, "id": ident, "updated_at": next(self._clock)}
        entity.setdefault("created_at", next(self._clock))
        merge(entity, entity_defaults(SCHEMAS.get(path, {})))
        if path == "plugins":
            entity["config"] = shown(entity["config"])
        self.held.setdefault(path, {})[ident] = entity
        return entity


def shown(config: dict[str, Any]) -> dict[str, Any]:
    """Return a plugin's config as Kong answers it: the old spelling beside the new one."""
    new = dict(config)
    old = new.pop("redis_host", None)
    if old is not None:
        new["redis"] = {"host": old, **new.get("redis", {})}
    whole = fill(config_schema(SCHEMAS["plugins/limit"]), new)
    return {**whole, "redis_host": whole["redis"]["host"]}


@asynccontextmanager
async def tiny() -> AsyncIterator[Tiny]:
    """Run one on loopback."""
    port, server = free_port(), Tiny()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    server.address = f"http://127.0.0.1:{port}"
    try:
        yield server
    finally:
        await runner.cleanup()
