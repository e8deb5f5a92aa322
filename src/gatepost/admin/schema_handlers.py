"""The schemas of entities and plugins in Kong's form, and trying an entity without writing it."""

from typing import Any
from uuid import uuid4

from starlette.responses import Response

from gatepost.admin.ask import Ask, answer
from gatepost.admin.bodies import read_body
from gatepost.admin.caller import Role
from gatepost.admin.certificate_names import taken_out
from gatepost.admin.drafting import checked, resolve_names
from gatepost.admin.entity_handlers import typed
from gatepost.admin.plugin_config import canonical_config
from gatepost.admin.problem import plain
from gatepost.model import CATALOG, Violation
from gatepost.model.schema import entity_schema
from gatepost.model.shape import from_kong
from gatepost.plugin.describe import described
from gatepost.store.masking import PlainForms, put_back


async def entity(ask: Ask) -> Response:
    """Show the schema of a kind of entity."""
    ask.allow(Role.VIEWER)
    return answer(entity_schema(_kind(ask.names[0])))


async def plugin(ask: Ask) -> Response:
    """Show the schema of a plugin."""
    ask.allow(Role.VIEWER)
    registry = ask.control.registry
    if ask.names[0] not in registry.names:
        raise plain(404, f"No plugin named '{ask.names[0][:100]}'")
    return answer(described(registry.plugin(ask.names[0])))


async def vault(ask: Ask) -> Response:
    """Show the schema of a kind of vault: of its configuration."""
    ask.allow(Role.VIEWER)
    if ask.names[0] != "env":
        raise plain(404, f"No vault named '{ask.names[0][:100]}'")
    fields = [one for one in entity_schema("vaults")["fields"] if "config" in one]
    return answer({"fields": fields, "entity_checks": []})


async def validate(ask: Ask) -> Response:
    """Try an entity: every mistake that does not need the database."""
    ask.allow(Role.VIEWER)
    return await _validated(ask, _kind(ask.names[0]))


async def validate_plugin(ask: Ask) -> Response:
    """Try a plugin entity."""
    ask.allow(Role.VIEWER)
    return await _validated(ask, "plugins")


async def enabled(ask: Ask) -> Response:
    """List the plugins that are installed."""
    ask.allow(Role.VIEWER)
    return answer({"enabled_plugins": list(ask.control.registry.names)})


async def _validated(ask: Ask, kind: str) -> Response:
    given = await read_body(ask.request)
    data, _ = taken_out(kind, typed(ask, kind, given))
    data = from_kong(kind, {"id": str(uuid4()), **data})
    _fill_in(kind, data)
    found = await resolve_names(None, kind, data)
    # those of a plugin's configuration: canonical_config
    found += [Violation(*one) for one in put_back(kind, data, None, PlainForms())]
    if kind == "plugins":
        data, mistakes = canonical_config(ask.control.registry, data, None)
        found += mistakes
    checked(kind, data, found)
    return answer({"message": "schema validation successful"})


def _fill_in(kind: str, data: dict[str, Any]) -> None:
    """Put something in the place of what a write would make by itself."""
    for name in CATALOG[kind].auto:
        if data.get(name) is None and kind == "keyauth_credentials":
            data[name] = "made when it is written"
    if kind == "basicauth_credentials" and isinstance(data.get("password"), str):
        # hashing it would cost much and tell nothing
        data["password"] = data["password"] and "$scrypt$"


def _kind(name: str) -> str:
    if name not in CATALOG:
        raise plain(404, f"No entity named '{name[:100]}'")
    return name
