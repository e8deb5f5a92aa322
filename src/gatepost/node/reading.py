"""A kong.yaml as a node needs it: the Snapshot, and every plan built once to see that it can be."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gatepost.model import Plugin, Snapshot, Unresolved, Vault, resolve
from gatepost.plugin import Plan, PlanDefinition, Registry, bind, installed
from gatepost.plugin.issuers import issuers_of
from gatepost.plugin.plans import KnownPlans, plans_of
from gatepost.store.kong_yaml import KongYamlError, Problem, Reuse, read
from gatepost.values import By, Fault, RedisSettings

_LARGEST = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Configuration:
    """A configuration that can be run.

    definitions: by plan id. plan_of: route id to plan id, None for a route without policy.
    issuers: the issuers that its plans name. warnings: what an operator should know.
    """

    snapshot: Snapshot = field(repr=False)
    definitions: Mapping[str, PlanDefinition] = field(repr=False)
    plans: Mapping[str, Plan] = field(repr=False)
    plan_of: Mapping[str, str | None] = field(repr=False)
    issuers: frozenset[str]
    warnings: tuple[str, ...] = ()

    @property
    def rooms(self) -> frozenset[RedisSettings]:
        """Where its plans want nodes to tell one another of revocations."""
        return frozenset(room for plan in self.plans.values() for room in plan.rooms)


class Kept:
    """What one reading leaves to the next, so that a change costs what changed."""

    def __init__(self) -> None:
        self.check = _checker(installed())
        self.entities = Reuse()
        self.plans = KnownPlans()
        self.vaults: tuple[Vault, ...] = ()
        self.warnings: dict[int, tuple[Plugin, list[str]]] = {}


def read_file(
    file: Path,
    *,
    secret: bytes,
    node_secret: bytes,
    vault: Mapping[str, str],
    known: Mapping[str, Plan] | None = None,
    kept: Kept | None = None,
) -> Configuration:
    """Read a kong.yaml and build all its plans.

    secret: keys the plan ids. node_secret: what plugins derive keys of their own from. vault: the
    variables that references may name. known: plans that were built before, which are not built
    again. kept: of the readings before; one at a time.
    Raises Fault (operator) ``configuration.unreadable`` or ``configuration.invalid``, whose
    message lists every mistake on a line of its own.
    """
    try:
        with file.open("rb") as opened:
            text = opened.read(_LARGEST + 1)
    except OSError as error:
        raise Fault(
            "configuration.unreadable",
            f"{file} cannot be read: {error.strerror}.",
            by=By.OPERATOR,
        ) from error
    if len(text) > _LARGEST:
        raise Fault("configuration.unreadable", f"{file} is larger than 64 MiB.", by=By.OPERATOR)
    kept = kept or Kept()
    try:
        snapshot = read(text, check_plugin=kept.check, reuse=kept.entities)
    except KongYamlError as error:
        raise _invalid(str(file), [_line(problem) for problem in error.problems]) from None
    return configure(
        snapshot,
        str(file),
        secret=secret,
        node_secret=node_secret,
        vault=vault,
        known=known,
        kept=kept,
    )


def configure(
    snapshot: Snapshot,
    name: str,
    *,
    secret: bytes,
    node_secret: bytes,
    vault: Mapping[str, str],
    known: Mapping[str, Plan] | None = None,
    kept: Kept | None = None,
) -> Configuration:
    """Build all plans of a Snapshot; see ``read_file``. name: what the errors call it."""
    plugins = installed()
    kept = kept or Kept()
    try:
        made = plans_of(
            snapshot, plugins, secret, vault.get, known=kept.plans, node_secret=node_secret
        )
    except Unresolved as error:
        lines = [f"{'.'.join(map(str, one.at))}: {one.message}" for one in error.violations]
        raise _invalid(name, lines) from None
    except Fault as fault:
        raise _invalid(name, fault.message.splitlines()) from None
    definitions = {one.id: one for one in made.values() if one is not None}
    plans: dict[str, Plan] = {}
    problems: list[str] = []
    for route, definition in made.items():
        if definition is None or definition.id in plans:
            continue
        try:
            plans[definition.id] = (known or {}).get(definition.id) or bind(definition, plugins)
        except Fault as fault:
            problems.append(f"route {_named(snapshot, route)}: {fault.message}")
    if problems:
        raise _invalid(name, problems)
    return Configuration(
        snapshot=snapshot,
        definitions=definitions,
        plans=plans,
        plan_of={route: one.id if one else None for route, one in made.items()},
        issuers=frozenset(issuers_of(instance.config for instance in snapshot.plugins)),
        warnings=tuple(_warnings(snapshot, plugins, vault, kept)),
    )


def _checker(plugins: Registry) -> Callable[[str, dict[str, Any]], list[Problem]]:
    def check(name: str, config: dict[str, Any]) -> list[Problem]:
        return [Problem(_inside(one.path), one.message) for one in plugins.check(name, config)]

    return check


def _inside(path: str) -> str:
    """Return a path from the plugin's configuration on; empty for the plugin itself."""
    return "" if path in {"name", "config"} else path.removeprefix("config.")


def _warnings(
    snapshot: Snapshot, plugins: Registry, vault: Mapping[str, str], kept: Kept
) -> Iterable[str]:
    """Yield what an operator should know, of the values that references stand for."""
    before = kept.warnings if kept.vaults == snapshot.vaults else {}
    kept.vaults, kept.warnings = snapshot.vaults, {}
    told = set()
    for instance in snapshot.plugins:
        if not instance.enabled:
            continue
        found = before.get(id(instance))
        if found is None:
            try:
                config = resolve(instance.config, vault.get, snapshot.vaults)
                found = instance, plugins.warnings(instance.name, config)
            except (Fault, ValueError):  # of an instance that no route has, or it were refused
                found = instance, []
        kept.warnings[id(instance)] = found  # it holds the instance: no other has its identity
        for warning in found[1]:
            text = f"{instance.name}: {warning}"
            if text not in told:
                told.add(text)
                yield text


def _named(snapshot: Snapshot, route_id: str) -> str:
    found = next((route for route in snapshot.routes if route.id == route_id), None)
    return found.name or route_id if found else route_id


def _line(problem: Any) -> str:
    where = f"line {problem.line}: " if problem.line else ""
    return f"{where}{problem.path}: {problem.message}" if problem.path else where + problem.message


def _invalid(name: str, problems: list[str]) -> Fault:
    count = f"{len(problems)} mistakes" if len(problems) != 1 else "1 mistake"
    return Fault(
        "configuration.invalid", "\n".join([f"{name} has {count}:", *problems]), by=By.OPERATOR
    )
