"""An upstream: a virtual hostname that stands for several targets."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, StrictStr

from gatepost.model.address import Host, host_name, is_address
from gatepost.model.entity import Entity, NotYet
from gatepost.model.text import Integer, between

_ACTIVE: dict[str, Any] = {
    "type": "http",
    "timeout": 1,
    "concurrency": 10,
    "http_path": "/",
    "https_verify_certificate": True,
    "https_sni": None,
    "headers": {},
    "healthy": {"interval": 0, "successes": 0, "http_statuses": [200, 302]},
    "unhealthy": {
        "interval": 0,
        "tcp_failures": 0,
        "timeouts": 0,
        "http_failures": 0,
        "http_statuses": [429, 404, 500, 501, 502, 503, 504, 505],
    },
}
_PASSIVE: dict[str, Any] = {
    "type": "http",
    "healthy": {
        "successes": 0,
        "http_statuses": [*range(200, 209), 226, *range(300, 309)],
    },
    "unhealthy": {
        "tcp_failures": 0,
        "timeouts": 0,
        "http_failures": 0,
        "http_statuses": [429, 500, 503],
    },
}
_HASHING = "only round-robin works today; leave it out"


def _name(text: str) -> str:
    if is_address(text):
        raise ValueError("Invalid name; no ip addresses allowed")
    if ":" in text:
        raise ValueError("Invalid name; no port allowed")
    try:
        return host_name(text)
    except ValueError:
        raise ValueError("Invalid name; must be a valid hostname") from None


class Upstream(Entity):
    """Kong's upstream, balanced round-robin by the weights of its targets.

    slots is Kong's resolution of weights; weights are exact here whatever it says.
    host_header: the Host that targets are sent when the route does not preserve the client's.
    """

    NOT_YET: ClassVar[Mapping[str, NotYet]] = {
        "algorithm": NotYet(("round-robin",), "use round-robin"),
        "hash_on": NotYet(("none",), _HASHING),
        "hash_fallback": NotYet(("none",), _HASHING),
        "hash_on_header": NotYet((), _HASHING),
        "hash_fallback_header": NotYet((), _HASHING),
        "hash_on_cookie": NotYet((), _HASHING),
        "hash_on_cookie_path": NotYet(("/",), _HASHING),
        "hash_on_query_arg": NotYet((), _HASHING),
        "hash_fallback_query_arg": NotYet((), _HASHING),
        "hash_on_uri_capture": NotYet((), _HASHING),
        "hash_fallback_uri_capture": NotYet((), _HASHING),
        "use_srv_name": NotYet((False,)),
        "client_certificate": NotYet((), "set it on the service", type="foreign certificates"),
        "healthchecks": NotYet(({"threshold": 0, "active": _ACTIVE, "passive": _PASSIVE},)),
    }

    name: Annotated[StrictStr, AfterValidator(_name)]
    slots: Annotated[Integer, between(10, 65536)] = 10000
    host_header: Host | None = None
