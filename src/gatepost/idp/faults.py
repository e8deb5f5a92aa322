"""Wrong answers by name: each takes the right answer and returns a wrong one. Pure."""

import zlib
from collections.abc import Callable

import msgspec

from gatepost.idp.orders import Order
from gatepost.values import Headers, Reply

Alter = Callable[[Reply, Order], Reply]


def status(code: int) -> Alter:
    """Return the fault that answers a status; 429 and 503 say when to come again."""

    def alter(_right: Reply, _order: Order) -> Reply:
        again = (("retry-after", "7"),) if code in (429, 503) else ()
        fields = (("content-type", "application/json"), *again)
        return Reply(code, Headers(fields), b'{"error":"misbehaving","error_description":"asked"}')

    return alter


def _body(content: bytes, media: str = "application/json") -> Alter:
    return lambda _right, _order: Reply(200, Headers((("content-type", media),)), content)


def _merge(**members: object) -> Alter:
    """Overwrite members of the right answer, and then those that the order names."""

    def alter(right: Reply, order: Order) -> Reply:
        found = {**_members(right), **members, **order.members}
        kept = {name: value for name, value in found.items() if name not in order.remove}
        return _with_body(right, msgspec.json.encode(kept))

    return alter


def _without(*names: str) -> Alter:
    def alter(right: Reply, _order: Order) -> Reply:
        kept = {name: value for name, value in _members(right).items() if name not in names}
        return _with_body(right, msgspec.json.encode(kept))

    return alter


def _oddly_spelt_type(right: Reply, order: Order) -> Reply:
    """Spell the token type as nobody does; it is read without regard to case (RFC 6749, 5.1)."""
    return _merge(token_type="bEaReR")(right, order) if "token_type" in _members(right) else right


def _duplicate_keys(right: Reply, _order: Order) -> Reply:
    """Write each member twice, first with the opposite or null: readers differ in which counts."""
    pairs = []
    for name, value in _members(right).items():
        lie = not value if isinstance(value, bool) else None
        pairs += [(name, lie), (name, value)]
    written = b",".join(
        msgspec.json.encode(name) + b":" + msgspec.json.encode(value) for name, value in pairs
    )
    return _with_body(right, b"{" + written + b"}")


def _many_keys(right: Reply, _order: Order) -> Reply:
    keys = _members(right).get("keys")
    one = keys[0] if isinstance(keys, list) and keys else {}
    copies = [{**one, "kid": f"copy-{number}"} for number in range(10_000)]
    return _with_body(right, msgspec.json.encode({"keys": copies}))


def _gzip_bomb(right: Reply, order: Order) -> Reply:
    """Pack a right answer that is very large once unpacked."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    piece = b" " * 1024**2  # white space before JSON: the answer is valid if one reads it all
    packed = [packer.compress(piece) for _ in range(max(1, order.bytes // len(piece)))]
    body = b"".join([*packed, packer.compress(right.body), packer.flush()])
    return Reply(200, right.headers.with_("content-encoding", "gzip"), body)


def _redirect(_right: Reply, order: Order) -> Reply:
    return Reply(307, Headers((("location", order.location),)))


def _wrong_type(right: Reply, _order: Order) -> Reply:
    return Reply(right.status, right.headers.with_("content-type", "text/html"), right.body)


def _byte_order_mark(right: Reply, _order: Order) -> Reply:
    return _with_body(right, b"\xef\xbb\xbf" + right.body)


def _members(right: Reply) -> dict[str, object]:
    try:
        return msgspec.json.decode(right.body, type=dict[str, object])
    except msgspec.DecodeError:
        return {}  # a signed answer: what is altered then is an answer without members


def _with_body(right: Reply, body: bytes) -> Reply:
    return Reply(right.status, right.headers, body)


_PAGE = b"<!doctype html><title>Sign in</title><h1>Sign in</h1><p>This page is misbehaviour.</p>"

EVERYWHERE: dict[str, Alter] = {
    "html": _body(_PAGE, "text/html; charset=utf-8"),
    "wrong-type": _wrong_type,
    "byte-order-mark": _byte_order_mark,
    "not-json": _body(b'{"active": tru'),
    "array": _body(b'[{"active":true}]'),
    "string": _body(b'"active"'),
    "empty": _body(b""),
    "empty-object": _body(b"{}"),
    "deep": _body(b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    "duplicate-keys": _duplicate_keys,
    "merge": _merge(),
    "redirect": _redirect,
    "gzip-bomb": _gzip_bomb,
}
"""Faults of any endpoint. ``status-NNN`` (400 to 599) is another; see ``wire`` for the rest."""

ELSEWHERE: dict[str, dict[str, Alter]] = {
    "introspect": {
        "active-string": _merge(active="true"),
        "active-number": _merge(active=1),
        "active-null": _merge(active=None),
        "active-list": _merge(active=[True]),
        "active-missing": _without("active"),
    },
    "token": {"no-expires-in": _without("expires_in"), "token-type-case": _oddly_spelt_type},
    "discovery": {"wrong-issuer": _merge(issuer="https://issuer.invalid/other")},
    "keys": {"empty-jwks": _merge(keys=[]), "many-keys": _many_keys},
}
"""Faults that make sense at one endpoint only."""

PARAMETERS: dict[str, frozenset[str]] = {
    "slow": frozenset({"seconds"}),
    "drip": frozenset({"seconds"}),
    "huge": frozenset({"bytes"}),
    "gzip-bomb": frozenset({"bytes"}),
    "redirect": frozenset({"location"}),
    "merge": frozenset({"members", "remove"}),
    "response-slow": frozenset({"seconds"}),
    "response-error": frozenset({"members"}),
}
"""What a fault takes beside fault, endpoint and times."""
