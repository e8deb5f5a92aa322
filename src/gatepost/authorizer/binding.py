"""Taking a configuration: plans, consumers and revocations, all or nothing."""

import asyncio
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gatepost.plugin import (
    People,
    Person,
    Plan,
    PlanDefinition,
    Registry,
    Revocation,
    bind,
    plan_id,
)
from gatepost.values import Fault

_BREATH = 20
"""Plans bound between two moments in which questions are answered."""


class Refused(Exception):
    """The configuration was not taken. plan: id of the plan that is wrong, where it is one."""

    def __init__(self, message: str, plan: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.plan = plan


@dataclass(frozen=True, slots=True)
class Binding:
    """What ``POST /bind`` brought, ready to be switched to. people: None leaves the old."""

    plans: dict[str, Plan]
    people: People | None
    revocations: list[Revocation]


async def prepare(
    data: Mapping[str, Any], held: Mapping[str, Plan], registry: Registry, secret: bytes
) -> Binding:
    """Bind what is new and choose what stays. Raises Refused, and then nothing has changed."""
    definitions, live = data.get("plans", {}), data.get("live")
    if not isinstance(definitions, dict) or not all(map(_is_text, definitions.values())):
        raise Refused("plans must be a record of plan id and definition")
    if live is None:
        live = [*held, *definitions]
    if not isinstance(live, list) or not all(map(_is_text, live)):
        raise Refused("live must be a list of plan ids")
    plans = {}
    for turn, name in enumerate(dict.fromkeys(live)):
        if name in held:
            plans[name] = held[name]
        elif name in definitions:
            plans[name] = _bound(name, definitions[name], registry, secret)
        else:
            raise Refused("live names a plan that is neither bound nor sent", name)
        if turn % _BREATH == _BREATH - 1:
            await asyncio.sleep(0)
    consumers = data.get("consumers")
    people = None if consumers is None else People(_people(consumers))
    return Binding(plans, people, revocations_of(data.get("revocations", [])))


def revocations_of(data: object) -> list[Revocation]:
    """Read a list of revocations. Raises Refused."""
    if not isinstance(data, list) or not all(isinstance(one, dict) for one in data):
        raise Refused("revocations must be a list of records")
    try:
        return [Revocation.from_json(one) for one in data]
    except ValueError as error:
        raise Refused(str(error)) from None


def _bound(name: str, text: str, registry: Registry, secret: bytes) -> Plan:
    if not hmac.compare_digest(plan_id(text, secret), name):
        raise Refused("the plan id does not belong to the definition", name)
    try:
        return bind(PlanDefinition(name, text), registry)
    except Fault as fault:
        raise Refused(fault.message, name) from None
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise Refused(f"the definition is malformed ({type(error).__name__})", name) from None


def _people(consumers: object) -> Iterable[Person]:
    if not isinstance(consumers, list):
        raise Refused("consumers must be a list of records")
    for one in consumers:
        if not isinstance(one, dict) or not _is_text(one.get("id")):
            raise Refused("a consumer has no id")
        groups = one.get("groups") or ()
        yield Person(one["id"], one.get("username"), one.get("custom_id"), tuple(groups))


def _is_text(value: object) -> bool:
    return isinstance(value, str)
