"""Something that an operator wants to find again: a login, a logout, a refresh that failed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gatepost.plugin.trace import Detail


@dataclass(frozen=True, slots=True)
class Event:
    """name and code are words of the program (they become labels of a metric); details are not
    and must not hold secrets.
    """

    name: str
    code: str = ""
    details: Mapping[str, Detail] = field(default_factory=dict)
