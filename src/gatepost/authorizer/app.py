"""The ASGI app: ``/ask`` for the engine; ``/bind``, ``/revoke``, ``/health``, ``/metrics`` and
``/traces`` for the agent. Whatever goes wrong with a question is a refusal: 503 to the client,
never a pass.
"""

import hmac
import json
import logging
import os
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import msgspec

from gatepost import __version__
from gatepost.authorizer.audit import Audit
from gatepost.authorizer.binding import Refused, prepare, revocations_of
from gatepost.authorizer.counts import Counts
from gatepost.authorizer.desk_client import DeskClient
from gatepost.authorizer.tracing import Traces
from gatepost.engine.answer import write_answer
from gatepost.engine.question import read_key, read_question
from gatepost.outside import Calls, Redises
from gatepost.plugin import (
    Context,
    Evaluation,
    Facts,
    Forward,
    Memory,
    People,
    Plan,
    Refusal,
    Registry,
    Revocations,
    Sources,
    installed,
    judge,
    unavailable,
)
from gatepost.plugin.recorder import nobody_revokes
from gatepost.values.mac import control_word

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_BINARY = b"application/octet-stream"
_JSON = b"application/json"
_NOT_REMEMBERED = Memory(refused_space=True, reasons=("an error of ours",))
_log = logging.getLogger("gatepost.authorizer")


class Authorizer:
    """One process's state, and the app. secret: the node's boot secret, None until it is bound.

    guarded: others than the agent can reach the socket, so ``/bind`` and ``/revoke`` want the word
    that only who knows the secret can say (``control_word``), as a bearer credential. desk: who
    does errands and revokes; without one, nobody does. traces: which questions are traced.
    """

    def __init__(
        self,
        secret: bytes | None = None,
        *,
        registry: Registry | None = None,
        fact_limit: int = 64 * 1_048_576,
        guarded: bool = False,
        desk: DeskClient | None = None,
        traces: Traces | None = None,
    ) -> None:
        self.audit = Audit()
        self.counts = Counts(self.audit)
        self.calls = Calls(self.counts.calls.call)
        self.redises = Redises()
        self.plans: dict[str, Plan] = {}
        self.traces = traces or Traces()
        self._desk = desk
        self._registry = registry
        self._fact_limit = fact_limit
        self._secret = secret or b""
        self._word = f"Bearer {control_word(self._secret)}".encode() if guarded else None
        self.sources = self._fresh_sources()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = scope["path"]
        if scope["type"] != "http":
            raise RuntimeError("only HTTP is spoken here")
        body = await _body(receive)
        status, kind, content = 404, _JSON, b'{"message":"Not found"}'
        if path == "/ask":
            status, kind, content = 200, _BINARY, await self.ask(body)
        elif path in ("/bind", "/revoke", "/traces") and not self._is_agent(scope):
            status, content = 401, b'{"message":"Only the agent may say this"}'
        elif path == "/bind":
            status, content = await self._told(self.bind, body)
        elif path == "/revoke":
            status, content = await self._told(self.revoke, body)
        elif path == "/traces":
            status, content = 200, self.traces.take()
        elif path == "/health":
            status, content = 200, json.dumps(self.health()).encode()
        elif path == "/metrics":
            status, kind, content = 200, b"text/plain; version=0.0.4", self.metrics().encode()
        headers = [(b"content-type", kind), (b"content-length", b"%d" % len(content))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def ask(self, data: bytes) -> bytes:
        """Answer one question; also what is malformed gets an answer, and it is a refusal."""
        try:
            question = read_question(data)
            plan = self.plans.get(question.plan)
            if plan is None:
                return self._unavailable("authorizer.unknown_plan")
            keyed = read_key(question.key, plan.attributes)
        except (ValueError, msgspec.MsgspecError) as error:
            self.counts.malformed += 1
            _log.error("a malformed question: %s", type(error).__name__)
            return self._unavailable("authorizer.malformed")
        try:
            trace = self.traces.begin(question.context)
            found = await judge(plan, keyed, question.context, self.sources, trace=trace)
            label = found.verdict.label if found.verdict is not None else "body"
            answer = write_answer(found.decision, found.memory, label, self._secret)
        except Exception as error:
            _log.error("request %s: %s", question.context.id, type(error).__name__)
            return self._unavailable("authorizer.error")
        self.counts.question(_outcome(found))
        if trace is not None:
            self._keep(plan, question.context, found)
        if found.events:
            self.audit.write(found.events, request=question.context.id, route=plan.route)
        return answer

    async def bind(self, data: Any) -> dict[str, object]:
        """Take a configuration whole, or raise Refused and change nothing."""
        if not isinstance(data, dict):
            raise Refused("the configuration must be a record")
        secret, held = self._secret, self.plans
        if data.get("secret") is not None:
            try:
                secret = bytes.fromhex(data["secret"])
            except (TypeError, ValueError):
                raise Refused("secret must be hexadecimal") from None
            if secret != self._secret:
                held = {}
        if len(secret) < 16:
            raise Refused("there is no secret yet: send one of at least 16 bytes")
        registry = self._registry or installed()
        binding = await prepare(data, held, registry, secret)
        if secret != self._secret:
            self._secret = secret
            self.sources = self._fresh_sources(self.sources)
        # Revocations first: no plan may judge a single request without them.
        self._apply(binding.revocations)
        if binding.people is not None:
            self.sources.people = binding.people
        self.plans = binding.plans
        await self.redises.tidy()
        return {"plans": len(self.plans), "revocation": self.sources.revocations.highest}

    async def revoke(self, data: Any) -> dict[str, object]:
        """Take revocations; when this returns, every evaluation consults them."""
        found = revocations_of(data)
        forgotten = self._apply(found)
        return {"revocation": self.sources.revocations.highest, "facts_forgotten": forgotten}

    def health(self) -> dict[str, object]:
        """Return what the agent wants to know of this process."""
        return {
            "version": __version__,
            "pid": os.getpid(),
            "plans": len(self.plans),
            "revocation": self.sources.revocations.highest,
        }

    def metrics(self) -> str:
        """Return the numbers as Prometheus text."""
        revocations = len(self.sources.revocations)
        return self.counts.text(self.sources.facts, plans=len(self.plans), revocations=revocations)

    def _is_agent(self, scope: Scope) -> bool:
        if self._word is None:
            return True
        given = [value for name, value in scope["headers"] if name == b"authorization"]
        return len(given) == 1 and hmac.compare_digest(given[0], self._word)

    async def close(self) -> None:
        """Close the connections to providers, Redises and the agent."""
        await self.calls.close()
        await self.redises.close()
        if self._desk is not None:
            await self._desk.close()

    def _keep(self, plan: Plan, context: Context, found: Evaluation) -> None:
        """Keep a trace; whatever goes wrong with that, the question is answered."""
        try:
            self.traces.keep(plan, context, found)
        except Exception as error:
            _log.error("request %s: its trace failed (%s)", context.id, type(error).__name__)

    def _apply(self, revocations: list[Any]) -> int:
        held = self.sources.revocations
        held.add(revocations)
        held.drop_expired(self.sources.wall())
        return self.sources.facts.purge(one.tag for one in revocations)

    def _unavailable(self, code: str) -> bytes:
        self.counts.question("unavailable")
        verdict = unavailable(code)
        return write_answer(verdict.decision, _NOT_REMEMBERED, code, self._secret)

    def _fresh_sources(self, old: Sources | None = None) -> Sources:
        facts = Facts(self.calls, secret=self._secret, wall=time.time, limit=self._fact_limit)
        people = old.people if old else People()
        revocations = old.revocations if old else Revocations()
        return Sources(
            fetch=self.calls,
            facts=facts,
            wall=time.time,
            people=people,
            revocations=revocations,
            courier=self._desk,
            stores=self.redises.store,
            revoke=self._desk.revoke if self._desk is not None else nobody_revokes,
        )

    async def _told(
        self, act: Callable[[Any], Awaitable[dict[str, object]]], body: bytes
    ) -> tuple[int, bytes]:
        try:
            return 200, json.dumps(await act(msgspec.json.decode(body))).encode()
        except Refused as refused:
            shown = {"message": refused.message, "plan": refused.plan}
        except msgspec.MsgspecError:
            shown = {"message": "this is no JSON", "plan": None}
        except Exception as error:
            _log.exception("the configuration could not be taken") if _log.isEnabledFor(
                logging.DEBUG
            ) else _log.error("the configuration could not be taken: %s", type(error).__name__)
            shown = {"message": f"an error of ours ({type(error).__name__})", "plan": None}
        return 422, json.dumps(shown).encode()


async def _body(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        return body
    pieces = [body]
    while message.get("more_body"):
        message = await receive()
        pieces.append(message.get("body", b""))
    return b"".join(pieces)


def _outcome(found: Evaluation) -> str:
    if found.decision is None:
        return "body"
    if found.verdict is not None and found.verdict.unavailable:
        return "unavailable"
    if isinstance(found.decision, Forward):
        return "forward"
    return "refusal" if isinstance(found.decision, Refusal) else "reply"
