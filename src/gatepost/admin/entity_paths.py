"""The paths of entities, grown from the catalog: a new kind there has all of these.

/routes                          /services/{services}/routes
/routes/{routes}                 /services/{services}/routes/{routes}
/routes/{routes}/service
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.responses import Response

from gatepost.admin.ask import Ask
from gatepost.admin.entity_handlers import Collection, Foreign, Single, Via
from gatepost.admin.paths import Paths
from gatepost.model import CATALOG, Kind, Reference

Handler = Callable[[Ask], Awaitable[Response]]
_FILTERS = {"consumers": ("custom_id", "username")}


@dataclass(frozen=True, slots=True)
class About:
    """What a path is about, for the OpenAPI document. shape: collection, entity or other."""

    shape: str
    kind: str = ""
    summary: str = ""


def add_entities(paths: Paths[Handler]) -> None:
    """Add the paths of every kind that has one."""
    for kind in CATALOG.values():
        if kind.path is None:
            continue
        one = f"/{kind.path}/{{{kind.name}}}"
        _collection(
            paths, f"/{kind.path}", Collection(kind.name, None, _FILTERS.get(kind.name, ()))
        )
        _single(paths, one, Single(kind.name))
        for reference in kind.references:
            if not reference.many:
                _nested(paths, kind, reference)
                foreign = Foreign(reference.kind, kind.name, reference.field)
                _foreign(paths, f"{one}/{reference.field}", foreign)


def _nested(paths: Paths[Handler], kind: Kind, reference: Reference) -> None:
    parent = CATALOG[reference.kind]
    below = f"/{parent.path}/{{{parent.name}}}/{kind.nested}"
    via = Via(parent.name, reference.field)
    _collection(paths, below, Collection(kind.name, via))
    _single(paths, f"{below}/{{{kind.name}}}", Single(kind.name, via))


def _collection(paths: Paths[Handler], template: str, handlers: Collection) -> None:
    methods: dict[str, Handler] = {"GET": handlers.get, "POST": handlers.post}
    paths.add(template, methods, About("collection", handlers.kind))


def _single(paths: Paths[Handler], template: str, handlers: Single) -> None:
    methods: dict[str, Handler] = {
        "GET": handlers.get,
        "PUT": handlers.put,
        "PATCH": handlers.patch,
        "DELETE": handlers.delete,
    }
    paths.add(template, methods, About("entity", handlers.kind))


def _foreign(paths: Paths[Handler], template: str, handlers: Foreign) -> None:
    methods: dict[str, Handler] = {
        "GET": handlers.get,
        "PUT": handlers.put,
        "PATCH": handlers.patch,
        "DELETE": handlers.delete,
    }
    paths.add(template, methods, About("foreign", handlers.kind))
