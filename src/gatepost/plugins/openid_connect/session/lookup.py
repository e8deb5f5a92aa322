"""The session of a request, judged once: is there one, does it still count, and if not, why."""

from dataclasses import dataclass
from typing import Final, final

from gatepost.plugin.attribute import Attribute
from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Runtime
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.session.keeper import Found, Keeper
from gatepost.plugins.openid_connect.session.record import Session, binding
from gatepost.plugins.openid_connect.session.times import Times

OVER: Final = {
    "idling": "session.idling",
    "rolling": "session.rolling",
    "absolute": "session.absolute",
    "remember rolling": "session.remember_rolling",
    "remember absolute": "session.remember_absolute",
}
"""The codes of sessions whose time is over, by which time it is."""


@dataclass(slots=True)
class Look:
    """What was found. session: the one that counts, None without any. why: why there is none,
    as a code; empty where the request brought nothing.
    """

    found: Found | None = None
    session: Session | None = None
    why: str = ""

    def end(self, why: str) -> None:
        """Note that the session does not count any more."""
        self.session, self.why = None, why


@final
class Lookup:
    """Finds the session of a request for one configuration."""

    def __init__(self, config: OpenIdConnectConfig, keeper: Keeper, times: Times) -> None:
        self.keeper = keeper
        self._times = times
        self._clients = config.client_id or ()
        self._bind = config.session_bind or ()

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """What ``look`` reads from a request."""
        found = {
            "ip": Attribute("connection", "address"),
            "scheme": Attribute("connection", "scheme"),
            "user-agent": Attribute("headers", "user-agent"),
        }
        return self.keeper.attributes + tuple(found[name] for name in self._bind)

    async def look(self, request: Request, runtime: Runtime) -> Look:
        """Return what is there; the same for all who ask while one request is judged."""
        known = request.notes.get(self)
        if isinstance(known, Look):
            return known
        request.notes[self] = look = Look()
        async for found in self.keeper.load(request, runtime):
            look.found, look.why = found, self._why_not(found, request, runtime)
            if not look.why:
                look.session = found.session
                return look
            # The lasting cookie may hold what its session has outlived, also in an open browser.
            runtime.step("the session does not count", code=look.why)
        if look.found is None and self.keeper.brought(request):
            look.why = "session.unreadable"
        return look

    def seen(self, request: Request) -> Look | None:
        """Return what was found, if somebody looked."""
        known = request.notes.get(self)
        return known if isinstance(known, Look) else None

    def bound(self, request: Request) -> bytes:
        """Return the digest of what of this browser a session is tied to."""
        if not self._bind:
            return b""
        values = {
            "ip": lambda: request.connection("address"),
            "scheme": lambda: request.connection("scheme"),
            "user-agent": lambda: "\n".join(request.header("user-agent")),
        }
        return binding(*(values[name]() for name in sorted(self._bind)))

    def _why_not(self, found: Found, request: Request, runtime: Runtime) -> str:
        session, clock = found.session, runtime.clock
        if self._clients and session.client not in self._clients:
            return "session.other_client"
        over = self._times.forgotten(session, clock) if found.lasting else None
        over = over or (None if found.lasting else self._times.ended(session, clock))
        if over:
            return OVER[over]
        if session.bound != self.bound(request):
            return "session.other_browser"
        if not runtime.stands(*session.tags, issued_at=session.created):
            return "session.revoked"
        return ""
