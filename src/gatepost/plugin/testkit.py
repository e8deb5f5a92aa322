"""The test kit for people who write plugins: a provider that is a script, a clock that jumps.

Everything else is the real thing: the recorder, the facts, the chain and the rules of memory are
those of a running node, so that what a test sees is what happens.

    world = World(provider=Script().on("POST", "/introspect", json_reply({"active": True})))
    evaluation = await ask(plugin, {"issuer": …}, HttpRequest(headers=…), world=world)
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from gatepost.plugin.courier import LocalCourier
from gatepost.plugin.evaluate import Evaluation, evaluate
from gatepost.plugin.extract import HttpRequest, extract
from gatepost.plugin.facts import Facts
from gatepost.plugin.memory import Memory
from gatepost.plugin.memory_store import MemoryStore
from gatepost.plugin.people import People
from gatepost.plugin.plan import Plan, PlanDefinition, bind, content
from gatepost.plugin.plugin import Plugin
from gatepost.plugin.recorder import Ending, Recorder, Sources
from gatepost.plugin.registry import Registry
from gatepost.plugin.revocations import Revocation, Revocations
from gatepost.plugin.runtime import Person
from gatepost.plugin.trace import Trace
from gatepost.values import By, Call, Fault, Headers, Reply

SECRET = b"a secret that only tests have..."
NODE_SECRET = b"a node secret that only tests have"
BEGIN = 1_800_000_000.0
"""Wall seconds at which a test's clock begins."""

Said = Reply | Fault | Callable[[Call], Reply]
Matcher = Callable[[Call], bool]


class Script:
    """A provider whose answers are written down. ``calls`` holds every call, in order."""

    def __init__(self) -> None:
        self._lines: list[tuple[Matcher, Said]] = []
        self.calls: list[Call] = []

    def on(self, method: str, path: str, said: Said) -> "Script":
        """Answer this method on URLs whose part before the query ends with ``path``."""

        def fits(call: Call) -> bool:
            return call.method == method and call.url.partition("?")[0].endswith(path)

        return self.when(fits, said)

    def when(self, fits: Matcher, said: Said) -> "Script":
        """Answer calls that fit; what was written last is looked at first."""
        self._lines.insert(0, (fits, said))
        return self

    def count(self, purpose: str) -> int:
        """Return how many calls of this purpose were made."""
        return sum(call.purpose == purpose for call in self.calls)

    async def __call__(self, call: Call) -> Reply:
        """Answer as a Fetch does; a call that nobody wrote an answer for is unreachable."""
        self.calls.append(call)
        for fits, said in self._lines:
            if fits(call):
                if isinstance(said, Fault):
                    raise said
                return said if isinstance(said, Reply) else said(call)
        raise Fault(
            "provider.unreachable",
            "The provider could not be reached.",
            by=By.PROVIDER,
            cause=f"the script has no answer for {call.method} {call.url.partition('?')[0]}",
        )


def json_reply(content: Any, status: int = 200) -> Reply:
    """Return a JSON answer."""
    headers = Headers([("Content-Type", "application/json")])
    return Reply(status, headers, json.dumps(content).encode())


class World:
    """Sources for tests: script, consumers, revocations, and a clock that only ``jump`` moves."""

    def __init__(self, provider: Script | None = None, people: Iterable[Person] = ()) -> None:
        self.provider = provider or Script()
        self.wall = BEGIN
        self.monotonic = 1000.0
        self.randomness = 0
        self.revocations = Revocations()
        facts = Facts(
            self.provider,
            secret=SECRET,
            wall=lambda: self.wall,
            monotonic=lambda: self.monotonic,
        )
        self.store = MemoryStore(lambda: self.wall)
        self.courier = LocalCourier(
            self.provider,
            random=self._random,
            monotonic=lambda: self.monotonic,
            wall=lambda: self.wall,
        )
        self.sources = Sources(
            fetch=self.provider,
            facts=facts,
            wall=lambda: self.wall,
            people=People(people),
            revocations=self.revocations,
            monotonic=lambda: self.monotonic,
            random=self._random,
            courier=self.courier,
            stores=lambda _: self.store,
            revoke=self._revoke,
        )

    def jump(self, seconds: float) -> None:
        """Let both clocks go on by some seconds."""
        self.wall += seconds
        self.monotonic += seconds

    async def _revoke(self, endings: Sequence[Ending], why: str) -> None:
        first = self.revocations.highest + 1
        self.revocations.add(
            Revocation(first + index, tag, self.wall, until, why=why)
            for index, (tag, until) in enumerate(endings)
        )
        self.sources.facts.purge(tag for tag, _ in endings)

    def _random(self, count: int) -> bytes:
        self.randomness += 1
        return self.randomness.to_bytes(4, "big").rjust(count, b"\0")[-count:]


class FakeRuntime(Recorder):
    """A Runtime for tests of one method or one function, without a chain."""

    def __init__(self, world: World | None = None) -> None:
        self.world = world or World()
        super().__init__(self.world.sources, Trace())


def plan_for(*plugins: tuple[Plugin[Any], Mapping[str, Any]], route: str = "route") -> Plan:
    """Bind plugins with their configurations as one plan."""
    registry = Registry({id(plugin): plugin for plugin, _ in plugins}.values())
    instances = [
        {"name": plugin.name, "instance": f"{plugin.name}-{index}", "config": dict(config)}
        for index, (plugin, config) in enumerate(plugins)
    ]
    whole = content(route=route, service="service", plugins=instances, node_secret=NODE_SECRET)
    return bind(PlanDefinition.of(whole, SECRET), registry)


async def ask(
    plugin: Plugin[Any],
    config: Mapping[str, Any],
    request: HttpRequest | None = None,
    *,
    world: World | None = None,
) -> Evaluation:
    """Judge one request under a plan of one plugin."""
    return await ask_plan(plan_for((plugin, config)), request, world=world)


async def ask_plan(
    plan: Plan, request: HttpRequest | None = None, *, world: World | None = None
) -> Evaluation:
    """Judge one request under a plan, extracting as the engine does."""
    request = request or HttpRequest()
    keyed = extract(plan.attributes, request)
    if not isinstance(keyed, dict):
        refused = Memory(refused_space=True, reasons=("the engine refuses it",))
        return Evaluation(keyed, None, refused, Trace())
    context = request.context(id="test", route=plan.route)
    sources = (world or World()).sources
    return await evaluate(plan, keyed, context, sources, trace=Trace())
