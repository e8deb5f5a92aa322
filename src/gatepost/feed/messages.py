"""What is said on the feed: JSON texts of fixed forms, and pieces of a configuration as bytes.

A form that is not listed here, a value of another type and a text that is too long all end the
connection. A field that is not known is passed over: the other side may be newer.
"""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from gatepost.feed.packing import broken

LONGEST = 1024 * 1024
"""Bytes of one text or piece."""
PIECE = 16 * 1024
"""Bytes of a configuration that are sent in one go: what is urgent goes between two pieces."""
BATCH = 500
"""Revocations in one message."""
PROTOCOL = 1
TRACES = "traces"
"""What a node may offer beside what each sends."""

Short = Annotated[str, Meta(max_length=256)]
Words = Annotated[str, Meta(max_length=16_384)]
Hash = Annotated[str, Meta(max_length=64)]
Places = Annotated[list[Short], Meta(max_length=8)]
Number = Annotated[int, Meta(ge=0, le=2**53)]
Entries = Annotated[list[dict[str, Any]], Meta(max_length=BATCH)]


class Message(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """One message."""


class Ping(Message, frozen=True, kw_only=True, tag="ping"):
    """Both: this side is alive."""


# -- a node says


class Hello(Message, frozen=True, kw_only=True, tag="hello"):
    """The first: who the node is, what it runs, and which revocations it has.

    boot: another one at each start of the node. hash, version, sync, reason: as in State.
    epoch, last: of the control plane's log, as far as it was taken; empty and 0 for not at all.
    mark: what the control plane knows that last entry by, empty where it never said so.
    offers: what it would send where it is wanted (``Wants``).
    proxies: as in State; empty before the node serves.
    """

    protocol: Number
    node: Short
    hostname: Short
    release: Short
    boot: Short
    hash: Hash
    version: Number
    sync: Short
    reason: Words = ""
    epoch: Short
    last: Number
    mark: Short = ""
    offers: Annotated[list[Short], Meta(max_length=32)] = []
    proxies: Places = []


class State(Message, frozen=True, kw_only=True, tag="state"):
    """What the node runs now, after it was offered something.

    answers: the hash of what was offered. hash, version: of what runs. sync: ``normal``,
    ``refused`` (reason says why) or ``waiting``. whole: a difference did not fit; the whole
    configuration is wanted. proxies: URLs of the node's listeners, as it listens there.
    """

    answers: Hash
    hash: Hash
    version: Number
    sync: Short
    reason: Words = ""
    whole: bool = False
    proxies: Places = []


class Applied(Message, frozen=True, kw_only=True, tag="applied"):
    """Revocations up to this number bite."""

    epoch: Short
    number: Number


class Revoked(Message, frozen=True, kw_only=True, tag="revoked"):
    """What was revoked at the node itself; answered by Kept."""

    sequence: Number
    entries: Entries


class Report(Message, frozen=True, kw_only=True, tag="report"):
    """What the node reports of itself; answered by Kept."""

    sequence: Number
    body: dict[str, Any]


class Traces(Message, frozen=True, kw_only=True, tag="traces"):
    """What became of single requests; said where it was wanted, and not answered.

    entries: of the form ``traced.Traced``.
    """

    entries: Entries


# -- the control plane says


class Wants(Message, frozen=True, kw_only=True, tag="wants"):
    """What is wanted of what the node offered; said to a node that offered something."""

    what: Annotated[list[Short], Meta(max_length=32)]


class Current(Message, frozen=True, kw_only=True, tag="current"):
    """What the node runs is what it should. hash is empty where there is nothing to run yet."""

    version: Number
    hash: Hash


class Offer(Message, frozen=True, kw_only=True, tag="snapshot"):
    """A configuration follows, in pieces of together ``packed`` bytes.

    base: hash of the configuration that this is the difference to; empty for a whole one.
    plain: bytes when unpacked. age: seconds since it was published.
    """

    version: Number
    hash: Hash
    base: Hash = ""
    packed: Number
    plain: Number
    age: float


class Revocations(Message, frozen=True, kw_only=True, tag="revocations"):
    """The log's entries with numbers above ``after`` and up to ``upto``; complete: to its end.

    mark: what the entry ``upto`` is known by, to be said in the next Hello.
    """

    epoch: Short
    after: Number
    upto: Number
    complete: bool
    entries: Entries
    mark: Short = ""


class Kept(Message, frozen=True, kw_only=True, tag="kept"):
    """What was sent up is kept. what: ``revoked`` or ``report``."""

    what: Short
    sequence: Number


FromNode = Hello | State | Applied | Revoked | Report | Traces | Ping
FromControlPlane = Current | Offer | Revocations | Kept | Wants | Ping

_encoder = msgspec.json.Encoder()
_from_node: msgspec.json.Decoder[FromNode] = msgspec.json.Decoder(FromNode)
_from_control_plane: msgspec.json.Decoder[FromControlPlane] = msgspec.json.Decoder(FromControlPlane)


def write(message: Message) -> str:
    """Return the text of a message."""
    return _encoder.encode(message).decode()


def read_from_node(text: str) -> FromNode:
    """Read what a node said. Raises Fault(by=OURS) ``feed.broken``."""
    try:
        return _from_node.decode(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise broken(str(error)) from None


def read_from_control_plane(text: str) -> FromControlPlane:
    """Read what the control plane said. Raises Fault(by=OURS) ``feed.broken``."""
    try:
        return _from_control_plane.decode(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise broken(str(error)) from None


def plain(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry of a log as it travels: without the number that it has somewhere."""
    return {name: value for name, value in entry.items() if name != "number"}
