"""What an authorizer answers: a decision and how long it may be remembered, as a list of items.

lua/gatepost/answer.lua reads it; the meaning of each item stands in docs of that file's table and
here: kind, until, ends, tags, space; then what the kind needs.

space: "n" for what lives among the refusals, and is charged to the budget of the client's address
(lua/gatepost/budget.lua); "a" for the rest. An answer in full never lives anywhere, so there it
says only whether it is charged. It is when it has a status of 300 to 499: every such answer costs
an evaluation, and a client that is sent to log in again and again must not make the authorizers
work without bound. Pages (2xx) and what others failed in (5xx) are free.
"""

import functools
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass

from gatepost.engine.items import join, split
from gatepost.plugin import (
    KEEP,
    ConsumerHeaders,
    Decision,
    Forward,
    Memory,
    Refusal,
    identity_values,
)
from gatepost.values import Headers, Reply
from gatepost.values.tag import digests

_LABEL = re.compile(r"[^a-z0-9._-]")
_NOT_IN_A_QUERY = re.compile(r"[\x00-\x20#\x7f]")
_REFUSALS_FROM = 400
_CHARGED = range(300, 500)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as the engine reads it: the five common items, and the rest by kind."""

    kind: str
    until: float
    ends: float | None
    tags: tuple[bytes, ...]
    space: str
    rest: tuple[bytes, ...]


def write_answer(decision: Decision | None, memory: Memory, label: str, secret: bytes) -> bytes:
    """Return the answer's bytes; no decision asks for the body. secret: the node's, for tags.

    The last item is random: LuaJIT tells long strings apart by few of their bytes, the last among
    them (lua/gatepost/items.lua).
    """
    return _answer(decision, memory, label, secret) + join([os.urandom(8)])


def _answer(decision: Decision | None, memory: Memory, label: str, secret: bytes) -> bytes:
    if decision is None:
        return join([b"B", b"0", b"", b"", b"n"])
    until, tags = b"0", b""
    if memory.until > 0:
        until = b"%.3f" % memory.until
    if memory.until > 0 or isinstance(decision, Forward):
        # also of what is not remembered: a stream that it opens ends when a tag is revoked
        tags = digests(memory.tags, secret)
    ends = b"" if memory.ends is None else b"%.3f" % memory.ends
    space = b"n" if memory.refused_space else b"a"
    if isinstance(decision, Forward):
        return join([b"F", until, ends, tags, space, *_forward(decision, label)])
    if isinstance(decision, Refusal) and decision.status >= _REFUSALS_FROM:
        return join([b"R", until, ends, tags, space, *_refusal(decision)])
    reply = decision if isinstance(decision, Reply) else _as_reply(decision)
    headers = _pairs(reply.headers)
    space = b"n" if reply.status in _CHARGED else b"a"
    return join([b"P", b"0", b"", b"", space, b"%d" % reply.status, headers, reply.body])


def read_answer(data: bytes) -> Answer:
    """Read an answer. Raises ValueError when it is malformed."""
    items = split(data)[:-1]
    sizes = {b"F": 16, b"R": 11, b"P": 8, b"B": 5}
    if not items or sizes.get(items[0]) != len(items):
        raise ValueError("this is no answer")
    kind, until, ends, tags, space = items[:5]
    if len(tags) % 32:
        raise ValueError("a tag is cut off")
    return Answer(
        kind.decode(),
        float(until),
        float(ends) if ends else None,
        tuple(tags[at : at + 32] for at in range(0, len(tags), 32)),
        space.decode(),
        tuple(items[5:]),
    )


def _forward(decision: Forward, label: str) -> list[bytes]:
    edits = decision.edits
    if edits.authorization is KEEP:
        authorization = b"="
    elif isinstance(edits.authorization, str):
        authorization = b"+" + _bytes(edits.authorization)
    else:
        authorization = b"-"
    further: list[bytes] = []
    for name, value in edits.headers:
        if value is None:
            further += (b"del", _bytes(name), b"")
        else:
            further += (b"set", _bytes(name), _bytes(value))
    if isinstance(edits.args, str):
        further += (b"args", b"", _query(edits.args))
    for name in dict.fromkeys(edits.remove_args):
        further += (b"arg", _bytes(name), b"")
    for name in dict.fromkeys(edits.remove_cookies):
        further += (b"cookie", _bytes(name), b"")
    if edits.body is not None:
        further += (b"body", b"", edits.body)
    return [
        authorization,
        *_identity(decision.consumer),
        join(further),
        _pairs(edits.response_headers),
        _label(label),
    ]


def _identity(consumer: ConsumerHeaders) -> list[bytes]:
    return [_safe(one) if one else b"" for one in identity_values(consumer)]


def _refusal(decision: Refusal) -> list[bytes]:
    return [
        b"%d" % decision.status,
        _label(decision.code),
        _bytes(decision.message),
        join([_bytes(challenge) for challenge in decision.challenges]),
        _pairs(decision.headers),
        b"" if decision.retry_after is None else b"%d" % decision.retry_after,
    ]


def _as_reply(refusal: Refusal) -> Reply:
    """Return a refusal that is no error status (a redirect) as an answer in full."""
    challenges = [("WWW-Authenticate", one) for one in refusal.challenges]
    return Reply(refusal.status, Headers([*refusal.headers, *challenges]))


def _pairs(pairs: Iterable[tuple[str, str]]) -> bytes:
    flat: list[bytes] = []
    for name, value in pairs:
        flat += (_bytes(name), _bytes(value))
    return join(flat)


def _query(args: str) -> bytes:
    """Return a raw query, in latin-1 as the client's came; ValueError when it would end early."""
    if _NOT_IN_A_QUERY.search(args):
        raise ValueError("a query holds what must be percent-encoded")
    return args.encode("latin-1")


def _safe(value: str) -> bytes:
    """Return an identity header's value; ValueError when it would end the header."""
    if not value.isprintable() and any(ord(one) < 32 or ord(one) == 127 for one in value):
        raise ValueError("an identity header holds control characters")
    return _bytes(value)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


@functools.lru_cache(maxsize=1024)  # names of methods and codes of faults: few, ever the same
def _label(text: str) -> bytes:
    return (_LABEL.sub("-", text.lower())[:40] or "none").encode()
