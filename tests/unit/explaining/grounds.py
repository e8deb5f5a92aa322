"""A small configuration to judge requests against."""

from typing import Any

from gatepost.explaining import Ground
from gatepost.model import Consumer, Plugin, Route, Service, Snapshot

API = "00000000-0000-0000-0000-000000000001"


def ident(number: int) -> str:
    return f"00000000-0000-0000-0000-{number:012}"


def route(number: int, path: str, **more: Any) -> Route:
    return Route(
        id=ident(number), name=path.strip("/").replace("/", "."), service=API, paths=(path,), **more
    )


def bearer(**config: Any) -> dict[str, Any]:
    return {"issuer": "https://id.example", "auth_methods": ["bearer"], **config}


def ground(*plugins: Plugin, routes: tuple[Route, ...] = ()) -> Ground:
    return Ground(
        Snapshot(
            services=(Service(id=API, name="api", host="up.example"),),
            routes=routes or (route(2, "/one"), route(3, "/one/two")),
            consumers=(Consumer(id=ident(9), username="ann"),),
            plugins=plugins,
        )
    )
