"""Dialogs that make something: a service, a version, a route; and that a service gets a version."""

from collections.abc import Sequence
from typing import Any

from gatepost.console.parts.asking_for import ask_for
from gatepost.console.parts.form import Field
from gatepost.console.services.fields import (
    PARTS,
    ROUTE_COMMON,
    ROUTE_DEFAULTS,
    ROUTE_MORE,
    URL,
    known_fields,
    route_body,
)
from gatepost.console.services.making import adopt, make_service, make_version
from gatepost.console.view import View, tell

_NAME = Field("name", "Name", required=True, placeholder="Orders", help="What people call it.")
_VERSION = Field("version", "Version", required=True, placeholder="v1")
_ROUTE = Field(
    "route",
    "First route (path)",
    placeholder="/orders",
    help="Requests that begin with it go to this service. You can add routes later.",
)


async def new_service(view: View) -> None:
    """Ask for a service and make it; open the page of its version."""
    made = await ask_for(
        view,
        "New service",
        (_NAME, _VERSION, URL, _ROUTE, Field("description", "What it is for")),
        lambda values: make_service(view.api, values),
        yes="Make it",
        values={"version": "v1"},
        more=PARTS,
        more_title="Protocol, host, port and path one by one",
        words="One API as your callers know it. It gets a version, the gateway service that "
        "implements it, and a route to it.",
    )
    if made is not None:
        view.go(f"/versions/{made['version']['id']}")


async def new_version(view: View, package: dict[str, Any]) -> None:
    """Ask for a version of a package and make it; open its page."""
    made = await ask_for(
        view,
        f"New version of {str(package['name'])[:100]}",
        (_VERSION, URL),
        lambda values: make_version(view.api, package, values),
        yes="Make it",
        more=(
            *PARTS,
            Field(
                "service",
                "Or an existing gateway service",
                help="Its name or id. It must not belong to another version.",
            ),
        ),
        more_title="Another way to say it",
        words="Say where it runs, or leave that empty and do it later.",
    )
    if made is not None:
        view.go(f"/versions/{made['id']}")


async def give_version(view: View, service: dict[str, Any]) -> None:
    """Ask which version a gateway service is, and of what; open the page of that version."""
    called = str(service.get("name") or service["id"])
    made = await ask_for(
        view,
        f"Give {called[:100]} a version",
        (
            Field(
                "name",
                "Service",
                required=True,
                help="A service that is there gets one more version; another name makes a new one.",
            ),
            _VERSION,
        ),
        lambda values: adopt(view.api, str(service["id"]), values),
        yes="Give it",
        values={"name": called, "version": "v1"},
        words="Nothing changes for callers. It gets a page with a document, OpenAPI and versions.",
    )
    if made is not None:
        view.go(f"/versions/{made['id']}")


async def new_route(view: View, service: str) -> bool:
    """Ask for a route to a gateway service and make it; return whether there is one more."""
    schema = await view.tried(view.api.get("/schemas/routes"))
    if schema is None:
        return False
    defaults: dict[str, Any] = {**ROUTE_DEFAULTS}
    fields: Sequence[Field] = known_fields(ROUTE_COMMON, schema)
    more: Sequence[Field] = known_fields(ROUTE_MORE, schema)

    async def make(values: dict[str, Any]) -> Any:
        given = {name: one for name, one in route_body(values).items() if one is not None}
        return await view.api.post("/routes", {**given, "service": {"id": service}})

    made = await ask_for(
        view,
        "New route",
        fields,
        make,
        yes="Make it",
        values=defaults,
        more=more,
        words="Which requests go to this service? At least one path, host, method or header.",
    )
    if made is not None:
        tell("The route is there. Nodes have it in a moment.")
    return made is not None
