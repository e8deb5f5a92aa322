"""What a node tells of one request: the form of an entry of ``messages.Traces``."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

_DETAIL = 64 * 1024
"""Bytes of a detail."""
_DEEP = 16

Word = Annotated[str, Meta(max_length=300)]
Path = Annotated[str, Meta(max_length=1024)]
Ident = Annotated[str, Meta(pattern=r"^[0-9A-Za-z-]{1,64}$")]
Moment = Annotated[float, Meta(ge=0, le=1e11)]
Seconds = Annotated[float, Meta(ge=0, le=1e9)]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One request. A field that is not known is passed over: the node may be newer.

    id: of the request. at: when it came, seconds since 1970. route, service, consumer: ids.
    status: what the client got, None while that is not known. memory: where the decision was found;
    none: no decision was needed. seconds: None while the request has not ended. mark: what the
    client called it. decided_by: id of the request whose question was answered so, where what was
    remembered served. detail: the story of the decision, as ``gatepost explain`` tells it.
    """

    id: Ident
    at: Moment
    route: Ident | None = None
    service: Ident | None = None
    consumer: Ident | None = None
    method: Annotated[str, Meta(max_length=32)] | None = None
    scheme: Annotated[str, Meta(max_length=8)] | None = None
    host: Word | None = None
    path: Path | None = None
    status: Annotated[int, Meta(ge=0, le=999)] | None = None
    outcome: Literal["forward", "refused", "answered"]
    code: Word | None = None
    message: Word | None = None
    memory: Literal["level1", "level2", "shared", "asked", "none"]
    seconds: Seconds | None = None
    upstream_seconds: Seconds | None = None
    mark: Ident | None = None
    decided_by: Ident | None = None
    detail: dict[str, Any] | None = None

    def summary(self) -> dict[str, Any]:
        """Return everything but the detail."""
        names = (name for name in self.__struct_fields__ if name != "detail")
        return {name: getattr(self, name) for name in names}


def read_entry(data: Mapping[str, Any]) -> Entry | None:
    """Read an entry; None for what is none, or is too large."""
    try:
        entry = msgspec.convert(data, Entry)
        if entry.detail is not None and (
            _depth(entry.detail) > _DEEP or len(msgspec.json.encode(entry.detail)) > _DETAIL
        ):
            return msgspec.structs.replace(entry, detail=None)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return None
    return entry


def _depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(_depth, value), default=0)
    return 0
