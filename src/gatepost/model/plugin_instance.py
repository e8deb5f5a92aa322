"""A plugin instance: a plugin's name, its configuration, and what it applies to."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, Field, StrictStr

from gatepost.model.entity import Entity, NotYet
from gatepost.model.text import Boolean, Id, Name, one_of

# stream protocols are never spoken here, so naming them beside the others changes nothing
_PROTOCOL = one_of(
    "http", "https", "grpc", "grpcs", "ws", "wss", "tcp", "tls", "tls_passthrough", "udp"
)


def _protocols(values: tuple[str, ...]) -> tuple[str, ...]:
    if not values:
        raise ValueError("length must be at least 1")
    return tuple(dict.fromkeys(values))


class Plugin(Entity):
    """Kong's plugin entity. Service, route and consumer are ids; none of them means global.

    config is the plugin's business and may hold secrets, so it is never shown; treat it as
    read-only: a Snapshot's hash is of what it was. The protocols must cover those of every route
    in reach (``Snapshot.consistent``), so nobody needs to look at them at a request.
    """

    NOT_YET: ClassVar[Mapping[str, NotYet]] = {
        "ordering": NotYet((None, {}), "plugins run by their priority", type="record"),
        "consumer_group": NotYet(
            (), "scope it to a route, a service or a consumer", type="foreign consumer_groups"
        ),
        "condition": NotYet((None, ""), "scope it to a route, a service or a consumer"),
        "partials": NotYet((None, []), "write the configuration out", type="array"),
        "_config": NotYet((), "write the configuration out (or use a YAML anchor)", shown=False),
        "run_on": NotYet(("first",), shown=False),
    }

    name: Name
    instance_name: Name | None = None
    service: Id | None = None
    route: Id | None = None
    consumer: Id | None = None
    config: Annotated[dict[StrictStr, Any], Field(repr=False, default_factory=dict)]
    protocols: Annotated[
        tuple[Annotated[StrictStr, AfterValidator(_PROTOCOL)], ...], AfterValidator(_protocols)
    ] = ("grpc", "grpcs", "http", "https")
    enabled: Boolean = True
