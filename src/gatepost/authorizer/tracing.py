"""Which questions are traced, and what is kept of them until the agent fetches it.

A trace is made for a bounded number of questions a second: some of any kind, and as many again for
refusals and for requests that their client has marked.
"""

import re
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import msgspec

from gatepost.plugin import Context, Evaluation, Forward, Plan, Refusal, Trace
from gatepost.plugin.masks import Masks
from gatepost.plugin.story import edits, plugins, told

_MARK = re.compile(r"[A-Za-z0-9-]{1,64}")
_HELD = 200
"""Traces that wait for the agent; the oldest give way."""
_LONGEST = 24_576
"""Bytes of one trace."""
_TEXT = 300
"""Characters of one text in it."""
_LOOKS = 10
"""Evaluations that are watched for each refusal that may be kept."""
_MANY = 100
"""Steps, reads, claims, tags or edits of one kind in it."""


class Traces:
    """rate: traces of each sort in a second, 0 for none. monotonic, wall: seconds."""

    def __init__(
        self,
        rate: int = 0,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._rate = rate
        self._monotonic = monotonic
        self._wall = wall
        self._second = -1
        self._any = self._preferred = self._looks = 0
        self._kept: deque[bytes] = deque(maxlen=_HELD)

    def begin(self, context: Context) -> Trace | None:
        """Return what an evaluation is to be written into, None when nothing is kept of it."""
        if not self._rate:
            return None
        second = int(self._monotonic())
        if second != self._second:
            self._second = second
            self._any = self._preferred = self._rate
            self._looks = _LOOKS * self._rate
        if self._any <= 0:
            if self._preferred <= 0:
                return None
            if mark_of(context) is None:
                if self._looks <= 0:
                    return None
                self._looks -= 1
        return Trace(monotonic=self._monotonic)

    def keep(self, plan: Plan, context: Context, found: Evaluation) -> None:
        """Keep what was traced, if there is a share left for its kind."""
        if found.decision is None:
            return  # it is asked again with the body
        mark = mark_of(context)
        if self._preferred > 0 and (mark is not None or not isinstance(found.decision, Forward)):
            self._preferred -= 1
        elif self._any > 0:
            self._any -= 1
        else:
            return
        self._kept.append(_encoded(story(plan, context, found, mark, self._wall())))

    def take(self) -> bytes:
        """Return what waits as a JSON list; it waits no longer."""
        kept, self._kept = self._kept, deque(maxlen=_HELD)
        return b"[" + b",".join(kept) + b"]"


def mark_of(context: Context) -> str | None:
    """Return the mark that a client gave its request, None for none or one that is malformed."""
    given = context.headers.all("gatepost-trace")
    return given[0] if len(given) == 1 and _MARK.fullmatch(given[0]) else None


def story(
    plan: Plan, context: Context, found: Evaluation, mark: str | None, now: float
) -> dict[str, Any]:
    """Return everything that is told of one evaluation, without a secret of the request."""
    body = context.body or b""
    masks = Masks(context.headers, body, context.args)
    for secret in plan.secrets:
        masks.add(secret)
    decision = found.decision
    words = told(found, masks, now)
    words["memory_of"] = words.pop("memory")
    shown: dict[str, Any] = {
        "id": context.id,
        "at": now - (found.trace.steps[-1].at / 1000 if found.trace.steps else 0.0),
        "route": context.route or plan.route,
        "method": context.method,
        "scheme": context.scheme,
        "host": context.host,
        "path": masks.text(context.path),
        "mark": mark,
        "detail": {**words, "plugins": plugins(plan)},
    }
    if isinstance(decision, Forward):
        shown |= {"outcome": "forward", "consumer": decision.consumer.id}
        shown["detail"]["upstream"] = {"headers": edits(decision, masks)}
    elif isinstance(decision, Refusal):
        shown |= {
            "outcome": "refused",
            "status": decision.status,
            "code": decision.code,
            "message": masks.text(decision.message),
        }
        shown["detail"]["challenges"] = [masks.challenge(one) for one in decision.challenges]
    elif decision is not None:
        shown |= {"outcome": "answered", "status": decision.status}
    return shown


def _encoded(shown: dict[str, Any]) -> bytes:
    """Return JSON within the bounds; what is too much is left out, and that is said."""
    small = _bounded(shown, 0)
    data = msgspec.json.encode(small)
    for name in ("claims", "upstream", "read", "steps"):
        if len(data) <= _LONGEST:
            break
        small["detail"].pop(name, None)
        small["detail"].setdefault("left_out", []).append(name)
        data = msgspec.json.encode(small)
    return data


def _bounded(value: Any, depth: int) -> Any:
    match value:
        case str():
            text = value if len(value) <= _TEXT else value[:_TEXT] + "…"
            return text.encode("utf-8", "replace").decode()
        case dict() if depth < 8:
            some = list(value.items())[:_MANY]
            return {_bounded(str(name), depth): _bounded(one, depth + 1) for name, one in some}
        case list() | tuple() if depth < 8:
            return [_bounded(one, depth + 1) for one in value[:_MANY]]
        case bool() | int() | float() | None:
            return value
    return "…"
