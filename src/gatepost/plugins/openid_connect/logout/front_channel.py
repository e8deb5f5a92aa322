"""A logout that the provider tells through the browser, in a frame of its own page (OpenID Connect
Front-Channel Logout 1.0).

Anybody can show such a frame. So it ends nothing but the session of this very browser, and only
when the frame names that session: without its cookie nothing happens.
"""

from typing import Final, final
from urllib.parse import urlsplit

from gatepost.plugin.attribute import Attribute, bit
from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Runtime
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.ending import Endings
from gatepost.plugins.openid_connect.pages import Page, render
from gatepost.plugins.openid_connect.session import Lookup, Session
from gatepost.plugins.openid_connect.session.cookies import as_headers
from gatepost.values import Reply

_DONE: Final = Page(200, "logout.done", "Logged out", ("The session here is over.",))
_NOTHING: Final = Page(
    200, "logout.no_session", "Nothing to log out", ("There is no session here.",)
)


@final
class FrontChannel:
    """Answers at the path of ``frontchannel_logout_uri``."""

    name = "frontchannel_logout"

    def __init__(self, config: OpenIdConnectConfig, lookup: Lookup, endings: Endings) -> None:
        self._lookup = lookup
        self._endings = endings
        self._demanded = config.frontchannel_logout_session_required
        uri = config.frontchannel_logout_uri
        self._path = (urlsplit(uri).path or "/") if uri else None

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """What ``take`` reads from the key of a request."""
        if self._path is None:
            return ()
        return (bit("path-suffix", self._path), *self._lookup.attributes)

    async def take(self, request: Request, runtime: Runtime) -> Reply | None:
        """End the session of this browser; None where this is not the place for it.

        Raises Fault(by=OURS) when that could not be written down.
        """
        if self._path is None or not request.bit("path-suffix", self._path):
            return None
        if request.path() != self._path or request.method() != "GET":
            return None
        session = (await self._lookup.look(request, runtime)).session
        code = self._mismatch(session, request)
        if session is None:
            return render(_NOTHING, request, framed=True)
        if code is not None:
            runtime.tell("logout.refused", code, session=session.id)
            page = Page(400, code, "Not logged out", ("The frame names another session.",))
            return render(page, request, framed=True)
        await self._endings.revoke(session, "front-channel logout", request, runtime)
        runtime.tell("logout.done", "front_channel", client=session.client, subject=session.subject)
        cookies = as_headers(self._lookup.keeper.clear(request))
        return render(_DONE, request, headers=cookies, framed=True)

    def _mismatch(self, session: Session | None, request: Request) -> str | None:
        """Return why a frame does not mean this session (section 3); both or neither are there."""
        if session is None:
            return None
        issuers, sids = request.query("iss"), request.query("sid")
        if not issuers and not sids:
            return "logout.session_required" if self._demanded else None
        if issuers != (session.issuer,) or session.sid is None or sids != (session.sid,):
            return "logout.other_session"
        return None
