"""The configuration of a plugin entity: validated and stored short, as its plugin says."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from gatepost.model import Violation
from gatepost.model.schema import entity_schema
from gatepost.plugin import Registry
from gatepost.plugin.canonical import canonical, patched
from gatepost.plugin.describe import described
from gatepost.plugin.destinations import sent_elsewhere
from gatepost.plugin.masking import NothingStored, masked, unmasked
from gatepost.plugin.problems import Problem, problems_of
from gatepost.store.problem import parsed
from gatepost.values import Fault

Body = Mapping[str, Any]

NOT_ENABLED = "plugin '{}' not enabled; add it to the 'plugins' configuration property"


def canonical_config(
    registry: Registry, data: dict[str, Any], stored: Body | None, *, may_move: bool = False
) -> tuple[dict[str, Any], list[Violation]]:
    """Return a plugin entity's data with its configuration in canonical form, and what is wrong.

    stored: the body it replaces; a mask stands for the secret in it. may_move: also where the
    secret would then be sent to another place; for those who may read it anyway.
    """
    name, config = data.get("name"), data.get("config")
    config = {} if config is None else config
    if not isinstance(name, str):
        return data | {"config": {}}, []
    if name not in registry.names:
        return data | {"config": {}}, [Violation(("name",), NOT_ENABLED.format(name[:100]))]
    if not isinstance(config, Mapping):
        return data | {"config": {}}, [Violation(("config",), "expected a record")]
    plugin = registry.plugin(name)
    if data.get("protocols") is None:
        data = data | {"protocols": list(plugin.protocols)}
    found = _scope(data)
    kept = stored["config"] if stored is not None and stored["name"] == name else {}
    try:
        new = canonical(plugin, unmasked(plugin, config, kept))
        problems = [] if may_move else sent_elsewhere(plugin, config, kept, new)
        if not problems:
            return data | {"config": new}, found
    except NothingStored as nothing:
        problems = list(nothing.problems)
    except ValidationError as error:
        problems = problems_of(error, plugin.Config)
    except Fault as fault:
        problems = [Problem("config", fault.message)]
    return data | {"config": {}}, [*found, *(_violation(problem) for problem in problems)]


def merged_config(registry: Registry, stored: Body, change: Body) -> dict[str, Any]:
    """Return a plugin entity's change with its whole configuration: what is stored, changed."""
    config, name = change.get("config"), change.get("name", stored["name"])
    if name != stored["name"] or name not in registry.names:
        return {"config": {}, **change}
    if not isinstance(config, Mapping):
        return {**change, "config": stored["config"] if "config" not in change else config}
    plugin = registry.plugin(name)
    # masked, so that what the change leaves out is kept by the rules for what is not told
    return {**change, "config": patched(plugin, masked(plugin, stored["config"]), config)}


def fields_of(registry: Registry, kind: str, name: Any) -> list[dict[str, dict[str, Any]]]:
    """Return the schema's fields of an entity; of a plugin with its configuration's."""
    fields: list[dict[str, dict[str, Any]]] = entity_schema(kind)["fields"]
    if kind != "plugins" or name not in registry.names:
        return fields
    own = {
        key: about
        for one in described(registry.plugin(name))["fields"]
        for key, about in one.items()
    }
    return [{key: own.get(key, about)} for one in fields for key, about in one.items()]


def _scope(data: Body) -> list[Violation]:
    # an accepted policy that never runs would be a hole
    if data.get("consumer") is not None:
        return [Violation(("consumer",), "value must be null")]
    return []


def _violation(problem: Problem) -> Violation:
    return Violation(parsed(problem.path), problem.message)
