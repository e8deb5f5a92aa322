"""What the engine is told of a plan; what the plan means, the authorizers know."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(r"[!#$%&'*+.^`|~0-9A-Za-z-]+")


@dataclass(frozen=True, slots=True)
class PlanSpec:
    """The engine's side of a plan.

    id: 64 hexadecimal digits. attributes: key attributes in plan order, as text such as
    ``header:authorization``. remember: False when nothing that it decides may be remembered.
    patience: seconds to wait for an answer. identity_headers: names beyond the fixed ones that it
    may set; they are taken from every request on every route.
    """

    id: str
    attributes: tuple[str, ...] = ()
    remember: bool = True
    patience: float = 5.0
    identity_headers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError for a header name that no request could carry past the engine."""
        for name in self.identity_headers:
            if not _TOKEN.fullmatch(name):
                raise ValueError(f"not the name of a header that reaches an upstream: {name!r}")
