"""What the engine asks an authorizer: a plan, the bytes that were keyed, and the rest.

A list of items: plan id, key bytes, context (JSON), headers (nested list), body.
"""

import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from gatepost.engine.items import join, split
from gatepost.plugin import Attribute, Context
from gatepost.values import Headers

_COUNT = struct.Struct(">H")
_LENGTH = struct.Struct(">I")
_count, _length = _COUNT.unpack_from, _LENGTH.unpack_from
_AS_UTF8 = frozenset({"query", "queries"})

BODY_LIMIT = 65_536
"""Bytes of a body that the engine reads for an authorizer."""


class _Wire(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    method: str
    scheme: str
    host: str
    port: int
    path: str
    args: str | None
    address: str
    trusted: bool
    route: str
    body: Literal["absent", "unread", "sent", "too-large"]


_decode = msgspec.json.Decoder(_Wire).decode


class Question(msgspec.Struct, frozen=True):
    """One question. key holds the bytes that the engine keyed; read_key turns them into values."""

    plan: str
    key: bytes
    context: Context

    def __repr__(self) -> str:
        return f"Question(plan={self.plan!r}, context={self.context!r})"


def read_question(data: bytes) -> Question:
    """Read a question. Raises ValueError when it is malformed."""
    items = split(data)
    if len(items) != 5:
        raise ValueError("a question has five items")
    plan, key, context, headers, body = items
    wire = _decode(context)
    return Question(
        plan.decode("ascii"),
        key,
        Context(
            wire.id,
            wire.method,
            wire.scheme,
            wire.host,
            wire.port,
            wire.path,
            wire.args,
            wire.address,
            wire.trusted,
            wire.route,
            Headers.holding(_pairs(headers)),
            body if wire.body == "sent" else None,
            wire.body,
        ),
    )


def _pairs(data: bytes) -> tuple[tuple[str, str], ...]:
    """Read a list of names and values in one pass. Raises ValueError."""
    text = data.decode("latin-1")
    found = []
    at, size = 0, len(data)
    try:
        while at < size:
            begin = at + 4
            at = begin + _length(data, at)[0]
            name = text[begin:at]
            begin = at + 4
            at = begin + _length(data, at)[0]
            found.append((name, text[begin:at]))
    except struct.error:
        raise ValueError("a header has no value") from None
    if at != size:
        raise ValueError("a header is cut off")
    return tuple(found)


def read_key(key: bytes, attributes: Sequence[Attribute]) -> dict[Attribute, tuple[str, ...]]:
    """Return the values of each attribute. Raises ValueError when the bytes do not fit the plan.

    Values are latin-1; those of query arguments, which the engine percent-decoded, are UTF-8.
    """
    found: dict[Attribute, tuple[str, ...]] = {}
    at, size = 0, len(key)
    try:
        for attribute in attributes:
            count = _count(key, at)[0]
            at += 2
            if not count:
                found[attribute] = ()
                continue
            values = []
            for _ in range(count):
                begin = at + 4
                at = begin + _length(key, at)[0]
                values.append(
                    str(key[begin:at], "utf-8", "surrogateescape")
                    if attribute.kind in _AS_UTF8
                    else str(key[begin:at], "latin-1")
                )
            found[attribute] = tuple(values)
    except struct.error:
        raise ValueError("the key is cut off") from None
    if at != size:
        raise ValueError("the key does not fit the plan")
    return found


def write_key(keyed: Mapping[Attribute, tuple[str, ...]], attributes: Sequence[Attribute]) -> bytes:
    """Return the key bytes, as the engine writes them."""
    out = bytearray()
    for attribute in attributes:
        values = keyed[attribute]
        out += _COUNT.pack(len(values))
        for value in values:
            utf8 = attribute.kind in _AS_UTF8
            raw = value.encode("utf-8", "surrogateescape") if utf8 else value.encode("latin-1")
            out += _LENGTH.pack(len(raw)) + raw
    return bytes(out)


def write_question(plan: str, key: bytes, context: Context) -> bytes:
    """Return a question's bytes, as the engine writes them."""
    text = json.dumps(
        {
            "id": context.id,
            "method": context.method,
            "scheme": context.scheme,
            "host": context.host,
            "port": context.port,
            "path": context.path,
            "args": context.args,
            "address": context.address,
            "trusted": context.trusted,
            "route": context.route,
            "body": context.body_state,
        }
    )
    headers = join(_flat(context.headers))
    return join([plan.encode(), key, text.encode(), headers, context.body or b""])


def _flat(headers: Iterable[tuple[str, str]]) -> Iterable[bytes]:
    for name, value in headers:
        yield name.encode("latin-1")
        yield value.encode("latin-1")
