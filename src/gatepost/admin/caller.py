"""Who is asking, and what they may do. Whoever they are is found out by one ASGI middleware.

The middleware puts a ``Caller`` into ``scope["state"]["caller"]``; without one, nobody may do
anything. ``LoopbackIsAdmin`` is for an Admin API that only this machine can reach.
"""

from dataclasses import dataclass
from enum import IntEnum

from starlette.types import ASGIApp, Receive, Scope, Send

from gatepost.admin.problem import plain


class Role(IntEnum):
    """What somebody may do; each role may do what those below it may."""

    VIEWER = 1
    OPERATOR = 2
    ADMIN = 3


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. plane: the id of the only control plane that is theirs, None for all."""

    name: str
    role: Role
    plane: str | None = None

    def allow(self, role: Role, plane: str | None = None) -> None:
        """Return when this caller may act as ``role``; plane: in this control plane, or in all.

        Raises Refused (403).
        """
        if self.plane is not None and plane != self.plane:
            raise plain(403, "You may not do this here; another control plane is yours")
        if self.role < role:
            raise plain(403, f"You may not do this; it takes the role {role.name.lower()}")


class LoopbackIsAdmin:
    """Takes everybody for the administrator of this machine."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["caller"] = Caller("loopback", Role.ADMIN)
        await self._app(scope, receive, send)
