"""The fields of services, routes and upstreams as forms have them, and their values as bodies."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gatepost.console.admin_api import Invalid
from gatepost.console.parts.form import Field
from gatepost.console.services.calling import place

PROTOCOLS = ("http", "https", "grpc", "grpcs")

NAME = Field(
    "name",
    "Name",
    help="Letters, digits and . - _ ~. It may be left empty; then its id is its name.",
)
TAGS = Field(
    "tags", "Tags", "words", help="To find it again, and for teams that share a control plane."
)
URL = Field(
    "url",
    "Where it runs",
    help="Protocol, host, port and path in one, as the gateway reaches it.",
    placeholder="https://orders.internal:8443/api",
)
PARTS = (
    Field("protocol", "Protocol", "choice", options=PROTOCOLS),
    Field(
        "host",
        "Host",
        placeholder="orders.internal",
        help="A name, an address, or the name of an upstream.",
    ),
    Field("port", "Port", "number"),
    Field("path", "Path", placeholder="/api", help="Put before the path of each request."),
)
"""Where a service runs, in four fields instead of a URL."""

SERVICE_MORE = (
    Field("retries", "Retries", "number", help="How often a connection that fails is tried again."),
    Field("connect_timeout", "Connect timeout (ms)", "number"),
    Field(
        "write_timeout", "Write timeout (ms)", "number", help="Between two writes to the service."
    ),
    Field(
        "read_timeout", "Read timeout (ms)", "number", help="Between two reads from the service."
    ),
    Field(
        "tls_verify",
        "Verify the service's certificate",
        "choice",
        options={True: "yes", False: "no"},
        help="With https. Empty: as the node is told by default.",
    ),
    Field("tls_verify_depth", "Longest chain of certificates", "number"),
    TAGS,
)


def service_more(
    authorities: Sequence[Mapping[str, Any]], certificates: Sequence[Mapping[str, Any]]
) -> tuple[Field, ...]:
    """Return the less common fields of a service. authorities, certificates: what there is."""
    *first, tags = SERVICE_MORE
    known = Field(
        "ca_certificates",
        "Certificate authorities",
        "choices",
        options={str(one["id"]): _certificate(one) for one in authorities},
        help="Those that the service's certificate may come from. Empty: those of the node.",
    )
    shown = Field(
        "client_certificate",
        "Client certificate",
        "choice",
        options={str(one["id"]): _certificate(one) for one in certificates},
        help="What the gateway shows to the service (mTLS).",
    )
    return (*first, known, shown, tags)


def service_values(service: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a service's form."""
    certificate = service.get("client_certificate")
    return {
        **service,
        "url": place(service),
        "client_certificate": certificate["id"] if certificate else None,
    }


def service_body(changed: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is sent of a service's form."""
    body = _without_empty(changed)
    if body.get("client_certificate"):
        body["client_certificate"] = {"id": body["client_certificate"]}
    return body


ROUTE_COMMON = (
    NAME,
    Field(
        "paths",
        "Paths",
        "words",
        help=(
            "Beginnings of paths: /orders takes /orders/7 too. A ~ in front makes it a regular "
            "expression: ~/orders/\\d+$"
        ),
    ),
    Field(
        "hosts",
        "Hosts",
        "words",
        help="Names that callers use, such as api.example.com or *.example.com. None: any.",
    ),
    Field("methods", "Methods", "words", help="GET, POST, … None: any."),
    Field(
        "strip_path",
        "Strip the path",
        "switch",
        help=(
            "Take away what matched before the request goes on: /orders/7 comes to the service "
            "as /7."
        ),
    ),
)

ROUTE_MORE = (
    Field(
        "headers",
        "Headers",
        "area",
        help=(
            "One a line, as name: value. A request must have each name, with one of its values; "
            "~* in front makes a value a regular expression."
        ),
        least=2,
    ),
    Field(
        "protocols",
        "Protocols",
        "choices",
        options=PROTOCOLS,
        help="With https alone, requests by http are sent there, or told to upgrade.",
    ),
    Field(
        "https_redirect_status_code",
        "Answer to http where https is wanted",
        "choice",
        options={
            426: "426 Upgrade Required",
            301: "301 Moved Permanently",
            302: "302 Found",
            307: "307 Temporary Redirect",
            308: "308 Permanent Redirect",
        },
        required=True,
    ),
    Field(
        "preserve_host",
        "Keep the Host header",
        "switch",
        help="The service sees the host that the caller asked for, instead of its own.",
    ),
    Field(
        "regex_priority",
        "Priority among regular expressions",
        "number",
        help="The higher is tried first.",
    ),
    Field("snis", "Server names (SNI)", "words", help="Of TLS. None: any."),
    Field(
        "path_handling",
        "How paths are joined",
        "choice",
        options={"v0": "v0: with one slash between", "v1": "v1: just put together"},
        required=True,
    ),
    Field(
        "request_buffering",
        "Buffer requests",
        "switch",
        help="Read the whole body before the service is asked. Off for large uploads and streams.",
    ),
    Field(
        "response_buffering",
        "Buffer answers",
        "switch",
        help="Off for answers that come bit by bit, such as server-sent events.",
    ),
    TAGS,
)

ROUTE_DEFAULTS: dict[str, Any] = {
    "strip_path": True,
    "protocols": ["http", "https"],
    "https_redirect_status_code": 426,
    "regex_priority": 0,
    "path_handling": "v0",
    "request_buffering": True,
    "response_buffering": True,
}


def known_fields(fields: Iterable[Field], schema: Mapping[str, Any]) -> tuple[Field, ...]:
    """Return those of the fields that the Admin API has, by ``GET /schemas/…``."""
    known = {name for one in schema.get("fields") or () for name in one}
    return tuple(field for field in fields if field.name in known)


def route_values(route: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a route's form."""
    headers = route.get("headers") or {}
    lines = [f"{name}: {value}" for name, values in headers.items() for value in values]
    return {**route, "headers": "\n".join(lines)}


def route_body(changed: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is sent of a route's form. Raises Invalid for headers that cannot be read."""
    body = _without_empty(changed)
    if "headers" in changed:
        body["headers"] = headers_of(str(changed["headers"] or ""))
    if "methods" in changed:
        body["methods"] = [one.strip().upper() for one in changed["methods"]] or None
    return body


def headers_of(lines: str) -> dict[str, list[str]] | None:
    """Return ``x-version: 2`` as ``{"x-version": ["2"]}``. Raises Invalid."""
    found: dict[str, list[str]] = {}
    for number, line in enumerate(lines.splitlines(), 1):
        if not line.strip():
            continue
        name, colon, value = line.partition(":")
        if not colon or not name.strip() or not value.strip():
            words = f"Line {number}: write it as name: value"
            raise Invalid(words, {"headers": words})
        found.setdefault(name.strip(), []).append(value.strip())
    return found or None


UPSTREAM = (
    Field(
        "name",
        "Name",
        required=True,
        placeholder="orders.internal",
        help="A host name that services use as their host.",
    ),
    Field(
        "host_header",
        "Host header",
        help="What targets are sent as Host, unless the route keeps the caller's.",
    ),
    TAGS,
)
TARGET = (
    Field("target", "Address", required=True, placeholder="10.0.0.7:8080", help="Host and port."),
    Field("weight", "Weight", "number", help="Its share among the targets; 0 takes it out."),
)


def _without_empty(changed: Mapping[str, Any]) -> dict[str, Any]:
    """Return values with null for an empty list: that is how Kong says that there is none."""
    return {name: None if value == [] else value for name, value in changed.items()}


def _certificate(one: Mapping[str, Any]) -> str:
    names = one.get("snis") or one.get("tags") or ()
    return ", ".join(str(name) for name in names) or str(one["id"])
