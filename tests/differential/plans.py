"""Generated configurations: routes, each under a plan of one to three plugins."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from gatepost.engine import PlanSpec
from gatepost.model import Snapshot
from gatepost.plugin import Person, Plan, PlanDefinition, bind, plans_of
from gatepost.store import read
from tests.differential.plugins import registry

PLACES = 24
"""Routes, with the paths /p00/ to /p23/."""

PEOPLE = tuple(
    Person(f"00000000-0000-4000-8000-00000000000{n}", name, custom, ())
    for n, (name, custom) in enumerate(
        [("nobody", None), ("good-1", "c-1"), ("good-2", None), ("good-3", "c é")]
    )
)
_SINGLE = ("header:x-a", "query:q", "cookie:sid", "header:authorization", "header:x-key")
_MANY = (
    "headers:x-a", "headers:x-b", "queries:q", "queries:tag", "cookies:sid", "cookies:c",
    "headers:cookie", "headers:content-type", "header:accept", "header:x_a", "query:key",
    "connection:scheme", "connection:host", "connection:port", "connection:address",
    "connection:trusted", "connection:sni", "connection:client-certificate", "method",
    "bit:body", "bit:preflight", "bit:grpc", "bit:navigation", "bit:method:GET,HEAD",
    "bit:path-suffix:/logout", "bit:query:code", "header:host", "bit:cookie-prefix:flow_",
    "bit:cookie-prefix:s",
)  # fmt: skip
_PLACES = ("header:authorization", "header:x-key", "query:key", "cookie:sid", "body:key")
_MODES = (
    "header:x-secret", "path", "args", "body", "time", "random", "method", "headers",
    "query:tag", "cookie:c", "connection:host",
)  # fmt: skip
_OF_CHANCE = ("time", "random")
"""Modes whose answers are never the same twice; one place has them whatever the seed."""
_SIMPLE = (
    ["header:authorization"],
    ["header:authorization", "header:x-a"],
    ["header:authorization", "query:q", "cookie:sid", "bit:body", "bit:preflight", "bit:grpc"],
    ["header:authorization", "headers:x-b", "queries:tag"],
    [],
    ["header:x-a"],
    ["header:authorization", "bit:method:GET,HEAD"],
    ["header:authorization", "cookies:c", "bit:cookie-prefix:flow_"],
)
_SESSIONS = (
    ["header:authorization", "cookies:sid", "bit:navigation"],
    ["cookie:sid", "bit:navigation"],
    ["header:authorization", "cookie:sid", "cookies:sid2", "bit:cookie-prefix:flow_"],
    [
        "header:authorization", "cookies:sid", "cookie:sid2", "bit:cookie-prefix:flow_",
        "bit:navigation", "bit:method:DELETE,POST", "bit:path-suffix:/logout", "bit:query:code",
        "bit:body", "bit:preflight",
    ],
    ["cookies:sid", "cookies:c", "header:x-a", "query:q"],
)  # fmt: skip


Chain = list[tuple[str, dict[str, Any]]]
"""Plugins of a route: name and configuration."""


@dataclass(frozen=True)
class Rules:
    """One version: the configuration, and for each place its plan (None: open to all)."""

    number: int
    snapshot: Snapshot
    plans: tuple[Plan | None, ...]
    definitions: dict[str, PlanDefinition]
    specs: dict[str, PlanSpec | None]


class Versions:
    """Configurations one after another, each a small step from the one before.

    also: attributes that every reader reads beside those that chance gives it.
    """

    def __init__(
        self, random: Random, secret: bytes, upstream_port: int, also: tuple[str, ...] = ()
    ) -> None:
        self._random, self._secret, self._port = random, secret, upstream_port
        self._also = also
        self._chains = [self._chain(place) for place in range(PLACES)]
        self._before = list(self._chains)
        self._known: dict[str, Plan] = {}
        self._number = 0

    def next(self) -> Rules:
        """Return the next version: some routes change, some go back to what they had."""
        if self._number:
            for place in self._random.sample(range(PLACES), 3):
                here = self._chains[place]
                again = self._random.random() < 0.5
                self._chains[place] = self._before[place] if again else self._chain(place)
                self._before[place] = here
        self._number += 1
        return self._rules()

    def _rules(self) -> Rules:
        return rules_of(self._chains, self._secret, self._port, self._number, self._known)

    def _chain(self, place: int) -> Chain:
        random = self._random
        if place == 0:
            return []  # a route without policy
        reader = self._reader(place)
        door = {"place": random.choice(_PLACES), "hide_credentials": random.random() < 0.7}
        if door["place"] == "cookie:sid" and random.random() < 0.5:
            door["session"] = "sid"
        gate = {"place": random.choice(_PLACES)}
        stand_in = {"anonymous": random.choice(["nobody", PEOPLE[0].id, "missing"])}
        modes = _OF_CHANCE if place == PLACES - 1 else _MODES
        hostile = {"reads": [random.choice(_SINGLE)], "mode": random.choice(modes)}
        match place % 12:
            case 1 | 2 | 3 | 4:
                return [("reader", reader)]
            case 5 | 6:
                return [("door", door), ("reader", reader)]
            case 7 | 8:
                return [("door", door | stand_in), ("reader", reader)]
            case 9:
                return [("door", door), ("gate", gate), ("reader", reader)]
            case 10:
                both = gate | ({"anonymous": "nobody"} if random.random() < 0.5 else {})
                return [("door", door | stand_in), ("gate", both)]
            case 11:
                return [("hostile", hostile), ("reader", reader)][: random.choice([1, 2])]
            case _:
                sometimes = {"reads": ["header:x-a"], "only_for": "1"}
                return [("hostile", hostile | sometimes)]

    def _reader(self, place: int) -> dict[str, Any]:
        random = self._random
        session = place % 12 in {1, 2} or random.random() < 0.2
        if session:
            reads = list(random.choice(_SESSIONS))
        elif random.random() < 0.5:
            reads = list(random.choice(_SIMPLE))
        else:
            reads = random.sample([*_SINGLE, *_MANY, *_MANY], random.randrange(1, 6))
        reads = list(dict.fromkeys([*reads, *self._also]))
        config: dict[str, Any] = {"reads": reads, "salt": f"{random.randrange(10**9)}"}
        if reads and random.random() < 0.3:
            config["copies"] = random.choice(reads)
        if session:
            config["session"] = "sid"
        return config


def rules_of(
    chains: Sequence[Chain],
    secret: bytes,
    upstream_port: int,
    number: int = 1,
    known: dict[str, Plan] | None = None,
) -> Rules:
    """Return the rules in which the n-th chain is that of the paths below /pNN/."""
    known = {} if known is None else known
    plugins, routes = [], []
    for place, chain in enumerate(chains):
        name = f"p{place:02}"
        routes.append({"name": name, "paths": [f"/{name}/"], "strip_path": False})
        plugins += [{"name": one, "route": name, "config": config} for one, config in chain]
    service = {"name": "echo", "url": f"http://127.0.0.1:{upstream_port}", "routes": routes}
    snapshot = read(
        json.dumps({"_format_version": "3.0", "services": [service], "plugins": plugins})
    )
    found = plans_of(snapshot, registry(), secret)
    by_name = {route.name: route.id for route in snapshot.routes}
    plans: list[Plan | None] = []
    specs: dict[str, PlanSpec | None] = {}
    for place in range(len(chains)):
        definition = found[by_name[f"p{place:02}"]]
        if definition is not None and definition.id not in known:
            known[definition.id] = bind(definition, registry())
        plan = known[definition.id] if definition is not None else None
        plans.append(plan)
        specs[by_name[f"p{place:02}"]] = spec_of(plan) if plan else None
    definitions = {one.id: one for one in found.values() if one is not None}
    return Rules(number, snapshot, tuple(plans), definitions, specs)


def spec_of(plan: Plan) -> PlanSpec:
    """Return the engine's side of a plan."""
    return PlanSpec(
        plan.id,
        tuple(str(attribute) for attribute in plan.attributes),
        plan.remember,
        plan.patience,
        plan.identity_headers,
        plan.cookies,
        plan.session_cookie,
    )
