"""What a console is told once, at its start."""

from dataclasses import dataclass, field
from pathlib import Path

from gatepost.values import Address


@dataclass(frozen=True, slots=True)
class ConsoleSettings:
    """Everything ``gatepost console`` can be told.

    prefix: its own directory, where the key of its cookies is. listen: where browsers come to.
    admin: URL of the Admin API, without a slash at the end. names: hosts by which browsers reach
    the console, beside its address. secure: browsers reach it over TLS, through a proxy.
    """

    prefix: Path
    listen: Address = field(default=Address("127.0.0.1", 8002))
    admin: str = "http://127.0.0.1:8001"
    names: frozenset[str] = frozenset()
    secure: bool = False
