"""A gate without an engine: the real plugin, chain, facts, clock and calls, asked in this process.

What a remembered decision would do is the engine's business and tested there; here each request
is judged, by the code that judges in an authorizer.
"""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from gatepost.outside import Calls
from gatepost.plugin import Facts, Forward, Plan, Refusal, Registry, Sources, Trace, judge
from gatepost.plugin.extract import HttpRequest, extract
from gatepost.plugin.plan import PlanDefinition, bind, content
from gatepost.plugins.openid_connect import plugin
from gatepost.values import Call, Headers, Reply

_SECRET = b"a secret that only tests have..."


@dataclass(frozen=True)
class Seen:
    """What became of a request. status: 200 stands for "sent to the upstream".

    code: why it was refused. upstream: headers that the upstream gets from us, in lower case;
    None where one is taken away. until: wall seconds, 0 where it may not be remembered.
    """

    status: int
    code: str = ""
    upstream: Mapping[str, str | None] = field(default_factory=dict, repr=False)
    challenges: tuple[str, ...] = ()
    until: float = 0.0
    steps: tuple[str, ...] = ()


class Gate:
    """One route with openid-connect. ``calls`` counts calls to the provider by purpose."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.calls: Counter[str] = Counter()
        self._net = Calls()
        instance = {"name": plugin.name, "instance": "gate", "config": dict(config)}
        whole = content(route="route", service="service", plugins=[instance])
        self._plan: Plan = bind(PlanDefinition.of(whole, _SECRET), Registry([plugin]))
        facts = Facts(self._fetch, secret=_SECRET, wall=time.time)
        self._sources = Sources(fetch=self._fetch, facts=facts, wall=time.time)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._net.close()

    async def bearer(self, token: str, **more: str) -> Seen:
        """Ask with a bearer token."""
        return await self.ask({"Authorization": f"Bearer {token}", **more})

    async def ask(self, headers: Mapping[str, str] | None = None) -> Seen:
        """Ask with these headers."""
        request = HttpRequest(headers=Headers((headers or {}).items()))
        keyed = extract(self._plan.attributes, request)
        if isinstance(keyed, Refusal):
            return Seen(keyed.status, keyed.code)
        trace = Trace()
        context = request.context(id="test", route="route")
        found = await judge(self._plan, keyed, context, self._sources, trace=trace)
        steps = tuple(f"{step.what} {dict(step.details)}" for step in trace.steps)
        until, decision = found.memory.until, found.decision
        if isinstance(decision, Forward):
            told = {name.lower(): value for name, value in decision.edits.headers}
            if isinstance(decision.edits.authorization, str):
                told["authorization"] = decision.edits.authorization
            told["x-credential-identifier"] = decision.consumer.credential
            told["x-authenticated-groups"] = decision.consumer.authenticated_groups
            return Seen(200, upstream=told, until=until, steps=steps)
        assert isinstance(decision, Refusal), decision
        return Seen(
            decision.status,
            decision.code,
            challenges=decision.challenges,
            until=until,
            steps=steps,
        )

    async def _fetch(self, call: Call) -> Reply:
        self.calls[call.purpose] += 1
        return await self._net(call)
