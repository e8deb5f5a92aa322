"""Every path of the Admin API. Whoever adds an endpoint adds a line here."""

from gatepost.admin import (
    declarative,
    information,
    openapi,
    plane_handlers,
    schema_handlers,
    upstream_handlers,
)
from gatepost.admin import group_handlers as groups
from gatepost.admin.entity_paths import About, Handler, add_entities
from gatepost.admin.paths import Paths


def add_all(paths: Paths[Handler]) -> None:
    """Add every path."""
    add_entities(paths)
    _groups(paths)
    _upstreams(paths)
    _information(paths)
    paths.add("/declarative", {"GET": declarative.show}, About("other"))
    paths.add("/declarative/plan", {"POST": declarative.look_ahead}, About("other"))
    paths.add("/declarative/apply", {"POST": declarative.apply}, About("other"))
    paths.add("/openapi.json", {"GET": openapi.document}, About("other"))
    planes: dict[str, Handler] = {"GET": plane_handlers.page, "POST": plane_handlers.add}
    paths.add("/v2/control-planes", planes, About("planes"))
    one: dict[str, Handler] = {
        "GET": plane_handlers.show,
        "PATCH": plane_handlers.change,
        "DELETE": plane_handlers.remove,
    }
    paths.add("/v2/control-planes/{control_plane}", one, About("plane"))


def _groups(paths: Paths[Handler]) -> None:
    paths.add("/consumer_groups/{consumer_groups}", {"GET": groups.show_group}, About("group"))
    for end, template, below in (
        (groups.OF_GROUP, "/consumer_groups/{consumer_groups}/consumers", "{consumers}"),
        (groups.OF_CONSUMER, "/consumers/{consumers}/consumer_groups", "{consumer_groups}"),
    ):
        all_of_them: dict[str, Handler] = {"GET": end.get, "POST": end.post, "DELETE": end.delete}
        paths.add(template, all_of_them, About("members", end.far))
        one: dict[str, Handler] = {"GET": end.get_one, "DELETE": end.delete_one}
        paths.add(f"{template}/{below}", one, About("other"))


def _upstreams(paths: Paths[Handler]) -> None:
    one = "/upstreams/{upstreams}"
    paths.add(f"{one}/health", {"GET": upstream_handlers.health}, About("other"))
    paths.add(f"{one}/targets/all", {"GET": upstream_handlers.all_targets.get}, About("other"))
    for word, mark in (
        ("healthy", upstream_handlers.mark_healthy),
        ("unhealthy", upstream_handlers.mark_unhealthy),
    ):
        paths.add(f"{one}/targets/{{targets}}/{word}", {"PUT": mark, "POST": mark}, About("other"))


def _information(paths: Paths[Handler]) -> None:
    for template, method, handler in (
        ("/", "GET", information.root),
        ("/status", "GET", information.status),
        ("/endpoints", "GET", information.endpoints),
        ("/tags", "GET", information.tags),
        ("/tags/{tag}", "GET", information.tags),
        ("/config", "POST", information.no_config),
        ("/plugins/enabled", "GET", schema_handlers.enabled),
        ("/plugins/schema/{name}", "GET", schema_handlers.plugin),
        ("/schemas/{entity}", "GET", schema_handlers.entity),
        ("/schemas/{entity}/validate", "POST", schema_handlers.validate),
        ("/schemas/plugins/validate", "POST", schema_handlers.validate_plugin),
        ("/schemas/plugins/{name}", "GET", schema_handlers.plugin),
        ("/schemas/vaults/{name}", "GET", schema_handlers.vault),
    ):
        paths.add(template, {method: handler}, About("other"))
