"""Every path of the Admin API. Whoever adds an endpoint adds a line here."""

from gatepost.admin import (
    audit,
    cluster_handlers,
    declarative,
    decoding,
    explanations,
    information,
    issuer_handlers,
    openapi,
    overview_handlers,
    plane_handlers,
    provider_check,
    revocation_handlers,
    schema_handlers,
    telemetry_handlers,
    token_handlers,
    trace_handlers,
    try_application,
    try_logins,
    try_requests,
    try_tokens,
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
    _cluster(paths)
    _people(paths)
    _issuers(paths)
    _trying(paths)
    paths.add("/declarative", {"GET": declarative.show}, About("file"))
    paths.add("/declarative/plan", {"POST": declarative.look_ahead}, About("other"))
    paths.add("/declarative/apply", {"POST": declarative.apply}, About("other"))
    paths.add("/openapi.json", {"GET": openapi.document}, About("other"))
    paths.add("/search", {"GET": overview_handlers.find}, About("other"))
    paths.add("/counts", {"GET": overview_handlers.counts}, About("other"))
    paths.add("/attention", {"GET": overview_handlers.attention}, About("other"))
    planes: dict[str, Handler] = {"GET": plane_handlers.page, "POST": plane_handlers.add}
    paths.add("/v2/control-planes", planes, About("planes"))
    one: dict[str, Handler] = {
        "GET": plane_handlers.show,
        "PATCH": plane_handlers.change,
        "DELETE": plane_handlers.remove,
    }
    paths.add("/v2/control-planes/{control_plane}", one, About("plane"))


def _cluster(paths: Paths[Handler]) -> None:
    nodes, tokens = "/clustering/data-planes", "/clustering/tokens"
    paths.add(nodes, {"GET": cluster_handlers.data_planes}, About("nodes"))
    one: dict[str, Handler] = {
        "GET": cluster_handlers.data_plane,
        "DELETE": cluster_handlers.turn_away,
    }
    paths.add(f"{nodes}/{{node}}", one, About("other"))
    paths.add("/clustering/status", {"GET": cluster_handlers.status}, About("other"))
    some: dict[str, Handler] = {
        "GET": cluster_handlers.tokens,
        "POST": cluster_handlers.new_token,
    }
    paths.add(tokens, some, About("enrolments"))
    paths.add(f"{tokens}/{{token}}", {"DELETE": cluster_handlers.drop_token}, About("other"))
    log: dict[str, Handler] = {"GET": revocation_handlers.page, "POST": revocation_handlers.add}
    paths.add("/revocations", log, About("revocations"))
    paths.add("/telemetry", {"GET": telemetry_handlers.chart}, About("other"))
    paths.add("/traces", {"GET": trace_handlers.page}, About("traces"))
    paths.add("/traces/{trace}", {"GET": trace_handlers.show}, About("other"))


def _issuers(paths: Paths[Handler]) -> None:
    issuers = "/openid-connect/issuers"
    some: dict[str, Handler] = {"GET": issuer_handlers.page, "DELETE": issuer_handlers.forget_all}
    paths.add(issuers, some, About("other"))
    one: dict[str, Handler] = {"GET": issuer_handlers.show, "DELETE": issuer_handlers.forget}
    paths.add(f"{issuers}/{{issuer}}", one, About("other"))
    paths.add("/openid-connect/jwks", {"GET": issuer_handlers.keys}, About("other"))


def _trying(paths: Paths[Handler]) -> None:
    paths.add("/explain", {"POST": explanations.tell}, About("other"))
    paths.add("/openid-connect/check", {"POST": provider_check.check}, About("other"))
    paths.add("/openid-connect/decode", {"POST": decoding.decode}, About("other"))
    paths.add("/try/token", {"POST": try_tokens.get}, About("other"))
    paths.add("/try/login", {"POST": try_logins.begin}, About("other"))
    paths.add("/try/login/complete", {"POST": try_logins.complete}, About("other"))
    paths.add("/try/gateways", {"GET": try_requests.page}, About("other"))
    paths.add("/try/request", {"POST": try_requests.send}, About("other"))
    paths.add("/try/application", {"POST": try_application.change}, About("other"))


def _people(paths: Paths[Handler]) -> None:
    paths.add("/audit", {"GET": audit.entries}, About("other"))
    paths.add("/auth/me", {"GET": token_handlers.me}, About("other"))
    some: dict[str, Handler] = {"GET": token_handlers.page, "POST": token_handlers.add}
    paths.add("/tokens", some, About("tokens"))
    paths.add("/tokens/{token}", {"DELETE": token_handlers.revoke}, About("other"))


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
