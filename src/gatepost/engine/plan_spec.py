"""What the engine is told of a plan; what the plan means, the authorizers know."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(r"[!#$%&'*+.^`|~0-9A-Za-z-]+")
_COOKIE = re.compile(r"[!-:<>-~]+")  # what the engine's own parser takes for a cookie's name


@dataclass(frozen=True, slots=True)
class PlanSpec:
    """The engine's side of a plan.

    id: 64 hexadecimal digits. attributes: key attributes in plan order, as text such as
    ``header:authorization``. remember: False when nothing that it decides may be remembered.
    patience: seconds to wait for an answer. identity_headers: names beyond the fixed ones that it
    may set; they are taken from every request on every route. cookies: names that are the
    gateway's own (``NAME*`` for all that begin so); no upstream may set them. session_cookie: the
    one of its attributes that comes with nearly every request.
    """

    id: str
    attributes: tuple[str, ...] = ()
    remember: bool = True
    patience: float = 5.0
    identity_headers: tuple[str, ...] = ()
    cookies: tuple[str, ...] = ()
    session_cookie: str | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for names that no request could carry past the engine."""
        for name in self.identity_headers:
            if not _TOKEN.fullmatch(name):
                raise ValueError(f"not the name of a header that reaches an upstream: {name!r}")
        session = () if self.session_cookie is None else (self.session_cookie,)
        for name in (*self.cookies, *session):
            if not _COOKIE.fullmatch(name):
                raise ValueError(f"not the name of a cookie: {name!r}")
