"""A target: one address behind an upstream."""

from typing import Annotated

from pydantic import AfterValidator, StrictFloat, StrictStr

from gatepost.model.address import host_and_port
from gatepost.model.entity import Entity
from gatepost.model.text import Id, Integer, between

DEFAULT_PORT = 8000


def _target(text: str) -> str:
    try:
        host, port = host_and_port(text, DEFAULT_PORT)
    except ValueError as error:
        raise ValueError(f"Invalid target ('{text}'); {error}; write it as host:port") from None
    return f"{host}:{port}"


class Target(Entity):
    """Kong's target. ``target`` always has its port; IPv6 in brackets. Weight 0 is switched off.

    created_at and updated_at may have fractions of a second, as Kong writes them for targets.
    """

    target: Annotated[StrictStr, AfterValidator(_target)]
    upstream: Id
    weight: Annotated[Integer, between(0, 65535)] = 100
    created_at: StrictFloat = 0.0  # type: ignore[assignment]
    updated_at: StrictFloat = 0.0  # type: ignore[assignment]

    @property
    def host(self) -> str:
        """The host name or address; IPv6 in brackets."""
        return self.target.rpartition(":")[0]

    @property
    def port(self) -> int:
        """The port."""
        return int(self.target.rpartition(":")[2])
