"""What should have happened to a request: Python's extractor, a fresh evaluation, and its edits.

Nothing is remembered here; every expectation is worked out anew from the request's bytes.
"""

import json
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from gatepost.plugin import (
    IDENTITY_HEADERS,
    KEEP,
    Edits,
    Evaluation,
    Facts,
    Forward,
    People,
    Plan,
    Refusal,
    Revocation,
    Revocations,
    Sources,
    evaluate,
    extract,
)
from gatepost.values import Call, Reply
from tests.differential.client import Response
from tests.differential.plans import PEOPLE, Rules
from tests.differential.plugins import CHANCE
from tests.differential.requests import Draft, Seen, seen
from tests.differential.upstream import Arrived, sets

_PLUMBING = {
    b"host", b"connection", b"x-real-ip", b"x-kong-request-id", b"content-length", b"x-case",
    b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"x-forwarded-port",
    b"x-forwarded-path", b"x-forwarded-prefix", CHANCE.lower().encode(),
}  # fmt: skip
_GRPC = {400: "3", 401: "16", 403: "7", 404: "12", 429: "8", 504: "4"}
_BLANK = " \t\n\v\f\r"


@dataclass(frozen=True)
class View:
    """What can be seen of an answer, from both ends. arrived: None when nothing may arrive."""

    status: int
    message: str | None = None
    headers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    arrived: tuple[object, ...] | None = None


@dataclass(frozen=True)
class Expected:
    """view: what is right. asks: whether nobody may answer it from memory."""

    view: View
    asks: bool = False
    evaluation: Evaluation | None = field(default=None, repr=False)


async def _no_provider(call: Call) -> Reply:
    raise AssertionError("these plugins ask nobody")


class State:
    """The world at one moment: a version of the rules, and what was revoked so far."""

    def __init__(
        self,
        rules: Rules,
        revocations: tuple[Revocation, ...],
        port: int,
        reading: Callable[[Draft, int], Seen] = seen,
    ) -> None:
        self.rules, self.revocations = rules, revocations
        self._port, self._reading = port, reading
        facts = Facts(_no_provider, secret=b"s" * 32, wall=time.time)
        self._sources = Sources(
            _no_provider, facts, time.time, People(PEOPLE), Revocations(revocations)
        )
        plans = [plan for plan in rules.plans if plan is not None]
        names = {name.lower() for plan in plans for name in plan.identity_headers}
        self._scrubbed = names | {name.lower() for name in IDENTITY_HEADERS}

    async def expected(self, draft: Draft, case: bytes = b"0") -> Expected:
        """Judge a draft anew. case: its number, by which the upstream answers."""
        look = self._reading(draft, self._port)
        if look.request is None:
            return Expected(_refused(draft, look, Refusal(400, "", look.why)))
        plan = self.rules.plans[draft.place]
        if not look.request.path.startswith(f"/p{draft.place:02}/"):
            return Expected(
                _refused(draft, look, Refusal(404, "", "no Route matched with those values"))
            )
        if plan is None:
            return Expected(self._forwarded(draft, look, Forward(), sets(case)))
        return await self._judged(plan, draft, look, case)

    async def _judged(self, plan: Plan, draft: Draft, look: Seen, case: bytes) -> Expected:
        assert look.request is not None
        keyed = extract(plan.attributes, look.request)
        if isinstance(keyed, Refusal):
            return Expected(_refused(draft, look, keyed))
        context = look.request.context(route=plan.route)
        found = await evaluate(plan, keyed, context, self._sources)
        asks = bool(_binding(found.memory.reasons, {str(one) for one in plan.attributes}))
        decision = found.decision
        if isinstance(decision, Forward):
            set_ = tuple(one for one in sets(case) if not _owned(_sets(one), plan.cookies))
            return Expected(self._forwarded(draft, look, decision, set_), asks, found)
        if isinstance(decision, Refusal) and decision.status >= 400:
            return Expected(_refused(draft, look, decision), asks, found)
        assert isinstance(decision, Reply)
        return Expected(View(decision.status, None, _grouped(decision.headers)), asks, found)

    def _forwarded(
        self, draft: Draft, look: Seen, decision: Forward, set_: tuple[str, ...]
    ) -> View:
        """Return what is seen of a Forward. set_: what the upstream may set."""
        assert look.request is not None
        edits, consumer = decision.edits, decision.consumer
        fields = [
            (name.lower(), value.encode("latin-1"))
            for name, value in look.fields
            if name.lower() not in self._scrubbed
        ]
        told = (
            consumer.id, consumer.custom_id, consumer.username, consumer.credential,
            "true" if consumer.anonymous else None, consumer.consumer_groups,
            consumer.authenticated_groups,
        )  # fmt: skip
        fields += [
            (name.lower(), value.encode())
            for name, value in zip(IDENTITY_HEADERS, told, strict=True)
            if value
        ]
        fields = _edited(fields, edits)
        args = look.request.args
        if isinstance(edits.args, str):
            args = edits.args or None
        for name in edits.remove_args:
            args = _without_argument(args, name)
        target = look.request.path + ("" if args is None else f"?{args}")
        body = look.request.body if edits.body is None else edits.body
        line = f"{look.request.method} {target} HTTP/1.1".encode("latin-1")
        answered = [("set-cookie", value) for value in set_]
        kept = sorted(one for one in fields if one[0].encode() not in _PLUMBING)
        headers = _grouped([*answered, *edits.response_headers])
        return View(200, None, headers, (line, tuple(kept), body))


def _binding(reasons: Iterable[str], attributes: set[str]) -> list[str]:
    """Return the reasons for this request only that tell it from one that is remembered.

    A DPoP proof, or scheme, that lies outside the key was read by nobody: what is remembered for
    the same request without it was decided on the same reads, and holds.
    """
    unread = {
        "the request holds a DPoP proof": "header:dpop",
        "the credential has the DPoP scheme": "header:authorization",
    }
    return [why for why in reasons if unread.get(why, why) in {why, *attributes}]


def _edited(fields: list[tuple[str, bytes]], edits: Edits) -> list[tuple[str, bytes]]:
    changes = [*edits.headers]
    if edits.authorization is not KEEP:
        changes.append(("Authorization", edits.authorization))  # type: ignore[arg-type]
    for name, value in changes:
        fields = [one for one in fields if one[0] != name.lower()]
        if value:
            fields.append((name.lower(), value.encode("utf-8", "surrogateescape")))
    return _without_cookies(fields, edits.remove_cookies)


def _without_cookies(
    fields: list[tuple[str, bytes]], names: tuple[str, ...]
) -> list[tuple[str, bytes]]:
    """Take cookies out; where there is none of them, nothing is touched.

    What is left is one field, as it was written; with what stood first goes the blank behind it.
    """
    whole = b"; ".join(value for key, value in fields if key == "cookie").decode("latin-1")
    pieces = whole.split(";")
    ours = ["=" in one and _owned(one.partition("=")[0].strip(_BLANK), names) for one in pieces]
    if not any(ours):
        return fields
    left = ";".join(one for one, own in zip(pieces, ours, strict=True) if not own)
    if ours[0]:
        left = left.lstrip(" ")
    others = [one for one in fields if one[0] != "cookie"]
    return [*others, ("cookie", left.encode("latin-1"))] if left.strip("; \t") else others


def _owned(name: str, names: tuple[str, ...]) -> bool:
    """Return whether a cookie's name is one of these, of which ``NAME*`` holds many."""
    return any(
        name.startswith(one[:-1]) if one.endswith("*") else name == one for one in names if name
    )


def _sets(line: str) -> str:
    """Return the name under which a browser sends back what a Set-Cookie line sets (RFC 6265).

    A cookie without a name is sent as its value alone.
    """
    name, separator, value = line.partition(";")[0].partition("=")
    name = name.strip(_BLANK)
    if separator and not name:
        name, separator, _ = value.partition("=")
    return name.strip(_BLANK) if separator else ""


def _without_argument(args: str | None, name: str) -> str | None:
    if args is None:
        return None
    pieces = [piece for piece in args.split("&") if piece]
    kept = [piece for piece in pieces if _plain(piece.partition("=")[0]) != name.encode()]
    return "&".join(kept) if kept else None


def _plain(text: str) -> bytes:
    return unquote_to_bytes(text.replace("+", " ").encode("latin-1"))


def _refused(draft: Draft, look: Seen, refusal: Refusal) -> View:
    headers: list[tuple[str, str]] = [*refusal.headers]
    headers += [("WWW-Authenticate", challenge) for challenge in refusal.challenges]
    if refusal.retry_after is not None:
        headers.append(("Retry-After", str(refusal.retry_after)))
    kinds = [value for name, value in draft.fields if name.lower() == b"content-type"]
    if kinds and kinds[0].strip(b" ").lower().startswith(b"application/grpc"):
        shown = re.sub(r"[^ -~]", "?", refusal.message)
        headers += [("grpc-status", _GRPC.get(refusal.status, "14")), ("grpc-message", shown)]
        return View(200, None, _grouped(headers))
    message = None if draft.method == b"HEAD" else refusal.message
    return View(refusal.status, message, _grouped(headers))


def _grouped(headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found: dict[str, list[str]] = {}
    for name, value in headers:
        found.setdefault(name.lower(), []).append(value)
    # Challenges are one list, in one field or several (RFC 9110, 11.6.1).
    found = {k: [", ".join(v)] if k == "www-authenticate" else v for k, v in found.items()}
    return tuple(sorted((name, tuple(values)) for name, values in found.items()))


_ANSWERED = {
    "www-authenticate", "retry-after", "x-why", "x-out", "location", "grpc-status",
    "grpc-message", "set-cookie",
}  # fmt: skip


def view_of(draft: Draft, response: Response, arrived: Arrived | None) -> View:
    """Return what was seen of an answer."""
    headers = _grouped(pair for pair in response.headers if pair[0] in _ANSWERED)
    if arrived is not None:
        kept = sorted(
            (name.lower().decode(), value)
            for name, value in arrived.headers
            if name.lower() not in _PLUMBING
        )
        told = (arrived.line, tuple(kept), arrived.body)
        return View(response.status, None, headers, told)
    message = None
    if dict(response.headers).get("content-type", "").startswith("application/json"):
        message = json.loads(response.body)["message"] if response.body else None
    return View(response.status, message, headers)
