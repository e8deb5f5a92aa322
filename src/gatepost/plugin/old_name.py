"""Names that older configurations still hold, and where their values are today."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class OldName:
    """A field that has another name now, or none any more.

    path: the names that lead to its value today; empty when it is gone. single: the value is the
    only element of the list that is there today. default: what it held when nobody set it. kind:
    its type in Kong's words, where no path tells it.
    """

    name: str
    path: tuple[str, ...] = ()
    single: bool = False
    default: Any = None
    kind: str = "string"
