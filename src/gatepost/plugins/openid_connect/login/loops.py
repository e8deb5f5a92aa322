"""Why a browser that logs in again and again never gets anywhere, in words."""

from typing import Final

from gatepost.plugin.request import Request
from gatepost.plugins.openid_connect.pages import Page
from gatepost.plugins.openid_connect.session import Lookup

_AGAIN: Final = "Your login was accepted several times in a row, but the page still asks for one."
_ABSENT: Final = (
    "Your browser did not send the session cookie back. It may block cookies, or the cookie may be "
    "set for another host, another path or for https only."
)
_CAUSES: Final = {
    "session.unreadable": (
        "The session cookie that your browser sends was not made by this gateway. Several nodes "
        "that do not share one session_secret, or another cookie of the same name, do that."
    ),
    "session.other_browser": (
        "The session is tied to an address, scheme or browser that changes from request to request."
    ),
    "session.other_client": "The session belongs to a client that is not configured here.",
    "session.revoked": "The session is ended as soon as it is made.",
    "session.idling": "The session ends at once: its idling timeout is too short.",
    "session.rolling": "The session ends at once: its rolling timeout is too short.",
    "session.absolute": "The session ends at once: its absolute timeout is too short.",
    "session.token_expired": "The access token expires as soon as it is made.",
    "refresh.refused": "The identity provider refuses to refresh the token that it just gave.",
}


def looping(lookup: Lookup, request: Request) -> Page:
    """Return the page that ends a loop and names its cause."""
    look = lookup.seen(request)
    why = look.why if look is not None else ""
    brought = lookup.keeper.brought(request)
    if not why and not brought:
        cause = _ABSENT
    else:
        cause = _CAUSES.get(why, "The session that is made by it does not count here.")
    return Page(
        401,
        "login.loop",
        "Logging in does not help",
        (_AGAIN, cause, "Whoever runs this gateway finds the cause by the code and the request."),
        quote=why or ("session.not_sent" if not brought else "session.not_taken"),
    )
