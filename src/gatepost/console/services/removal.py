"""Taking a service away with all that hangs on it, and putting it back as it was."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gatepost.console.admin_api import AdminApi, Gone, of
from gatepost.console.parts import Consequence
from gatepost.console.parts.form import MASK

MOST = 2_000
"""Routes that are taken away with a service in one go."""

_PATHS = {
    "package": "service-packages",
    "version": "service-versions",
    "gateway service": "services",
    "route": "routes",
    "policy": "plugins",
    "upstream": "upstreams",
    "target": "targets",
}


@dataclass(frozen=True, slots=True)
class Thing:
    """One entity. what: in words, such as ``route``; path: of it in the Admin API."""

    what: str
    body: dict[str, Any]

    @property
    def path(self) -> str:
        """Where it is in the Admin API."""
        if self.what == "target":
            upstream = self.body["upstream"]["id"]
            return of("upstreams", upstream, "targets", self.body["id"])
        return of(_PATHS[self.what], self.body["id"])

    @property
    def name(self) -> str:
        """What people call it."""
        return called(self.body)


@dataclass(frozen=True, slots=True)
class Going:
    """What goes, in the order in which it can be put back. loose: versions that lose theirs."""

    things: tuple[Thing, ...]
    loose: tuple[Thing, ...] = field(default=())

    @property
    def masked(self) -> bool:
        """Whether a secret in it cannot be read, so that it cannot be put back."""
        return any(MASK in json.dumps(one.body) for one in self.things)

    def consequences(self) -> list[Consequence]:
        """Return all of it by name."""
        gone = [Consequence(one.what, one.name) for one in self.things]
        return gone + [Consequence("without service", one.name) for one in self.loose]

    async def delete(self, api: AdminApi) -> None:
        """Delete it, what refers before what is referred to. What is gone already is no matter.

        Raises Trouble; what was deleted until then is put back where that can be.
        """
        done: list[Thing] = []
        try:
            for one in reversed(self.things):
                try:
                    await api.delete(one.path)
                except Gone:
                    continue
                done.append(one)
        except BaseException:
            if not self.masked:
                await _put(api, reversed(done))
            raise

    async def restore(self, api: AdminApi) -> None:
        """Put all of it back, with the same ids. Raises Trouble."""
        await _put(api, self.things)
        for one in self.loose:
            await api.patch(one.path, {"service": one.body["service"]})


async def _put(api: AdminApi, things: Iterable[Thing]) -> None:
    for one in things:
        body = {name: value for name, value in one.body.items() if name != "updated_at"}
        await api.put(one.path, body)


def called(body: Mapping[str, Any]) -> str:
    """Return what an entity is called, its id where it has no name."""
    own = next(
        (body[name] for name in ("instance_name", "name", "version", "target") if body.get(name)),
        None,
    )
    if own is None:
        first = [*(body.get("paths") or ()), *(body.get("hosts") or ())]
        own = first[0] if first else body.get("id", "")
    return str(own)


async def of_route(api: AdminApi, route: Mapping[str, Any]) -> Going:
    """Return a route and its policies. Raises Trouble."""
    plugins = await api.all(of("routes", str(route["id"]), "plugins"))
    return Going((Thing("route", dict(route)), *(Thing("policy", one) for one in plugins)))


async def of_service(api: AdminApi, service: Mapping[str, Any]) -> Going:
    """Return a gateway service, its routes, the policies of all of them. Raises Trouble."""
    ident = str(service["id"])
    routes = await api.all(of("services", ident, "routes"), most=MOST)
    things = [Thing("gateway service", dict(service))]
    things += [Thing("route", one) for one in routes]
    plugins = {one["id"]: one for one in await api.all(of("services", ident, "plugins"))}
    for route in routes:
        for one in await api.all(of("routes", str(route["id"]), "plugins")):
            plugins[one["id"]] = one
    things += [Thing("policy", one) for one in plugins.values()]
    versions = await api.page(of("services", ident, "versions"))
    return Going(tuple(things), tuple(Thing("version", one) for one in versions.items))


async def of_version(api: AdminApi, version: Mapping[str, Any], *, with_service: bool) -> Going:
    """Return a version, and what implements it where that shall go too. Raises Trouble."""
    whole = await api.get(of("service-versions", str(version["id"])))
    service = (whole.get("service") or {}).get("id")
    things: Sequence[Thing] = ()
    if with_service and service:
        things = (await of_service(api, await api.get(of("services", service)))).things
    return Going((*things, Thing("version", whole)))


async def of_package(api: AdminApi, package: Mapping[str, Any], *, with_services: bool) -> Going:
    """Return a package, its versions, and what implements them where that shall go too."""
    ident = str(package["id"])
    whole = await api.get(of("service-packages", ident))
    versions = await api.all(of("service-packages", ident, "versions"))
    things = [Thing("package", whole)]
    for one in versions:
        things += (await of_version(api, one, with_service=with_services)).things
    return Going(tuple(things))


async def of_upstream(api: AdminApi, upstream: Mapping[str, Any]) -> Going:
    """Return an upstream and its targets. Raises Trouble."""
    targets = await api.all(of("upstreams", str(upstream["id"]), "targets"))
    return Going((Thing("upstream", dict(upstream)), *(Thing("target", one) for one in targets)))
