"""A route: which requests belong to a service."""

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, StrictStr

from gatepost.model.address import HostPattern, ServerName
from gatepost.model.entity import Entity, NotYet, rule
from gatepost.model.path import RoutePath, check_regex
from gatepost.model.text import (
    Boolean,
    Id,
    Integer,
    Methods,
    Name,
    between,
    header_name,
    one_of,
)
from gatepost.model.violation import Violation

_PROTOCOL = one_of(
    "http",
    "https",
    "grpc",
    "grpcs",
    later=("tcp", "tls", "tls_passthrough", "udp", "ws", "wss"),
)
_CRLF = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def _protocols(values: tuple[str, ...]) -> tuple[str, ...]:
    if not values:
        raise ValueError("length must be at least 1")
    grpc = {"grpc", "grpcs"}.intersection(values)
    if grpc and len(grpc) != len(set(values)):
        raise ValueError("http, https and grpc, grpcs cannot be mixed; make two routes")
    return tuple(dict.fromkeys(values))


def _header(name: str) -> str:
    if name.lower() == "host":
        raise ValueError(
            "cannot contain 'host' header, which must be specified in the 'hosts' attribute"
        )
    return header_name(name)


def _header_values(values: tuple[str, ...]) -> tuple[str, ...]:
    if not values or not all(values):
        raise ValueError("expected at least one value, and no empty one")
    if any(_CRLF.search(value) for value in values):
        raise ValueError("must not contain control characters")
    if len(values) == 1 and values[0].startswith("~*"):
        check_regex(values[0][2:])
    return values


def _headers(headers: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    if len({name.lower() for name in headers}) != len(headers):
        raise ValueError("one header is named twice; names compare without case")
    return dict(sorted(headers.items()))


def _unique(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


_HeaderName = Annotated[StrictStr, AfterValidator(_header)]
_HeaderValues = Annotated[tuple[StrictStr, ...], AfterValidator(_header_values)]


class Route(Entity):
    """Kong's route. ``service`` is the service's id; an empty tuple or dict means "any".

    hosts and snis are in lower case. A header's single value that starts with ``~*`` is a regex.
    created_at breaks ties between routes that match equally well: the smaller wins. From a file
    it is the position (1, 2, ...) unless the file says otherwise.
    """

    NOT_YET: ClassVar[Mapping[str, NotYet]] = {
        "sources": NotYet(([],), "stream routes come later; leave it out"),
        "destinations": NotYet(([],), "stream routes come later; leave it out"),
        "expression": NotYet((), "use paths, hosts, methods, headers or snis", shown=False),
        "priority": NotYet((), "it belongs to expressions; use regex_priority", shown=False),
    }

    name: Name | None = None
    service: Id | None = None
    protocols: Annotated[
        tuple[Annotated[StrictStr, AfterValidator(_PROTOCOL)], ...], AfterValidator(_protocols)
    ] = ("http", "https")
    methods: Methods = ()
    hosts: Annotated[tuple[HostPattern, ...], AfterValidator(_unique)] = ()
    paths: Annotated[tuple[RoutePath, ...], AfterValidator(_unique)] = ()
    headers: Annotated[dict[_HeaderName, _HeaderValues], AfterValidator(_headers)] = Field(
        default_factory=dict
    )
    snis: Annotated[tuple[ServerName, ...], AfterValidator(_unique)] = ()
    https_redirect_status_code: Literal[426, 301, 302, 307, 308] = 426
    regex_priority: Annotated[Integer, between(-(2**31), 2**31 - 1)] = 0
    strip_path: Boolean = True
    path_handling: Literal["v0", "v1"] = "v0"
    preserve_host: Boolean = False
    request_buffering: Boolean = True
    response_buffering: Boolean = True

    @classmethod
    def prepared(cls, data: dict[str, Any]) -> tuple[dict[str, Any], list[Violation]]:
        """A gRPC route does not strip its path unless it asks to, which is refused below."""
        protocols = data.get("protocols")
        grpc = isinstance(protocols, list | tuple) and ("grpc" in protocols or "grpcs" in protocols)
        if grpc and "strip_path" not in data:
            data = data | {"strip_path": False}
        return data, []

    @rule("protocols", "methods", "hosts", "headers", "paths", "snis")
    def _matches_something(self) -> Iterable[Violation]:
        names = ["hosts", "headers", "paths"]
        if "http" in self.protocols or "https" in self.protocols:
            names.insert(0, "methods")
        if "https" in self.protocols or "grpcs" in self.protocols:
            names.append("snis")
        if not any(getattr(self, name) for name in names):
            wanted = "', '".join(names)
            spoken = "' or '".join(self.protocols)
            yield Violation((), f"must set one of '{wanted}' when 'protocols' is '{spoken}'")

    @rule("protocols", "snis")
    def _snis_need_tls(self) -> Iterable[Violation]:
        if self.snis and not {"https", "grpcs"}.intersection(self.protocols):
            yield Violation(("snis",), "can only be set when 'protocols' has 'https' or 'grpcs'")

    @rule("protocols", "methods", "strip_path")
    def _grpc(self) -> Iterable[Violation]:
        if not {"grpc", "grpcs"}.intersection(self.protocols):
            return
        for name in ("methods", "strip_path"):
            if getattr(self, name):
                yield Violation(
                    (name,), f"cannot set '{name}' when 'protocols' is 'grpc' or 'grpcs'"
                )
