"""Making a service in one go: package, version, gateway service, first route; all or nothing."""

import re
from collections.abc import Mapping
from typing import Any

from gatepost.console.admin_api import AdminApi, Gone, Invalid, Trouble, of

_ODD = re.compile(r"[^A-Za-z0-9._~-]+")
_LONGEST = 60


def slug(words: str) -> str:
    """Return a name for a gateway service: Kong's names have no spaces."""
    return _ODD.sub("-", words.strip()).strip("-").lower()[:_LONGEST]


def place_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return where a service runs: ``url``, or protocol, host, port and path.

    Raises Invalid when neither is given, or both.
    """
    parts = {
        name: values[name] for name in ("protocol", "host", "port", "path") if values.get(name)
    }
    url = values.get("url")
    if url and parts.get("host"):
        both = "Give the URL, or host, port and path: not both."
        raise Invalid(both, {"url": both})
    if url:
        return {"url": url}
    if not parts.get("host"):
        needed = "Say where it runs: https://orders.internal:8443/api"
        raise Invalid(needed, {"url": needed})
    return parts


class Making:
    """Makes things one after another, and takes them away again when a later one fails."""

    def __init__(self, api: AdminApi) -> None:
        self._api = api
        self._made: list[str] = []

    async def make(self, path: str, value: Any, names: Mapping[str, str]) -> dict[str, Any]:
        """Make one thing. names: fields of its body as they are called in the form.

        Raises Invalid with the form's names for what is wrong with it.
        """
        try:
            got: dict[str, Any] = await self._api.post(path, value)
        except Invalid as invalid:
            raise Invalid(invalid.message, renamed(invalid.fields, names)) from None
        self._made.append(of(path.rsplit("/", 1)[1], got["id"]))
        return got

    async def known(self, name: str) -> str:
        """Return the id of a gateway service with this name or id. Raises Invalid for none."""
        try:
            return str((await self._api.get(of("services", name)))["id"])
        except Gone:
            words = f"There is no gateway service {name[:100]!r}."
            raise Invalid(words, {"service": words}) from None

    async def undo(self) -> list[str]:
        """Take away what was made, the last first; return the paths of what is still there."""
        left = []
        for path in reversed(self._made):
            try:
                await self._api.delete(path)
            except Trouble:
                left.append(path)
        self._made.clear()
        return left


def renamed(fields: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """Return messages with the form's names; what has none there is told below the form."""
    found: dict[str, str] = {}
    for place, words in fields.items():
        first, _, rest = place.partition(".")
        if first in names:
            found[names[first] + (f".{rest}" if rest else "")] = words
        else:
            found[f"@{place}" if not place.startswith("@") else place] = (
                words if place.startswith("@") else f"{place}: {words}"
            )
    return found


_PLACE = {"url": "url", "protocol": "protocol", "host": "host", "port": "port", "path": "path"}
_UNIQUE = {"name": "name"}


async def make_service(api: AdminApi, values: Mapping[str, Any]) -> dict[str, Any]:
    """Make what the form says; return ``{"package", "version", "service", "route"}``.

    Raises Trouble when something could not be made; what was made before it is gone again, or the
    message says what is left.
    """
    place = place_of(values)
    making = Making(api)
    try:
        return await _all(making, values, place)
    except Trouble as trouble:
        left = await making.undo()
        if left:
            trouble.message += f" Still there, delete it by hand: {', '.join(left)}."
            trouble.args = (trouble.message,)
            if isinstance(trouble, Invalid):
                trouble.fields["@entity"] = trouble.message
        raise


async def _all(
    making: Making, values: Mapping[str, Any], place: Mapping[str, Any]
) -> dict[str, Any]:
    name = str(values["name"])
    package = await making.make(
        "/service-packages",
        {"name": name, "description": values.get("description")},
        {"name": "name", "description": "description"},
    )
    called = f"{slug(name)}-{slug(str(values['version']))}".strip("-")
    service = await making.make("/services", {"name": called, **place}, _PLACE | _UNIQUE)
    version = await making.make(
        "/service-versions",
        {
            "version": values["version"],
            "service_package": {"id": package["id"]},
            "service": {"id": service["id"]},
        },
        {"version": "version"},
    )
    route = None
    if values.get("route"):
        route = await making.make(
            "/routes",
            {
                "name": called,
                "service": {"id": service["id"]},
                "paths": [values["route"]],
            },
            {"paths": "route", "name": "name"},
        )
    return {"package": package, "version": version, "service": service, "route": route}


async def make_version(
    api: AdminApi, package: Mapping[str, Any], values: Mapping[str, Any]
) -> dict[str, Any]:
    """Make a version of a package, implemented by a new service, a given one or none yet.

    Raises Trouble as ``make_service`` does.
    """
    making = Making(api)
    try:
        return await making.make(
            "/service-versions",
            {
                "version": values["version"],
                "service_package": {"id": package["id"]},
                "service": await _reference(making, package, values),
            },
            {"version": "version", "service": "service"},
        )
    except Trouble:
        await making.undo()
        raise


async def implement(
    api: AdminApi, version: Mapping[str, Any], values: Mapping[str, Any]
) -> dict[str, Any]:
    """Let a version be implemented by a new service or a given one; return the version.

    Raises Trouble as ``make_service`` does.
    """
    making = Making(api)
    try:
        package = await api.get(of("service-packages", str(version["service_package"]["id"])))
        named = {**values, "version": version["version"]}
        reference = await _reference(making, package, named)
        if reference is None:
            place_of(values)  # which says what is missing
        path = of("service-versions", str(version["id"]))
        got: dict[str, Any] = await api.patch(path, {"service": reference})
    except Trouble:
        await making.undo()
        raise
    return got


async def _reference(
    making: Making, package: Mapping[str, Any], values: Mapping[str, Any]
) -> dict[str, str] | None:
    """Return which gateway service a form means: an existing one, a new one, or none yet."""
    if values.get("service"):
        return {"id": await making.known(str(values["service"]))}
    if not values.get("url") and not values.get("host"):
        return None
    called = f"{slug(str(package['name']))}-{slug(str(values['version']))}".strip("-")
    body = {"name": called, **place_of(values)}
    return {"id": (await making.make("/services", body, _PLACE | {"name": "version"}))["id"]}


async def adopt(api: AdminApi, service: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Give a gateway service a version: of the package with this name, which is made if need be.

    Raises Trouble as ``make_service`` does; a package that was there stays.
    """
    making = Making(api)
    name = str(values["name"])
    try:
        package = await _package(api, name) or await making.make(
            "/service-packages", {"name": name}, {"name": "name"}
        )
        return await making.make(
            "/service-versions",
            {
                "version": values["version"],
                "service_package": {"id": package["id"]},
                "service": {"id": service},
            },
            {"version": "version"},
        )
    except Trouble:
        await making.undo()
        raise


async def _package(api: AdminApi, name: str) -> dict[str, Any] | None:
    try:
        got: dict[str, Any] = await api.get(of("service-packages", name))
    except Gone:
        return None
    return got
