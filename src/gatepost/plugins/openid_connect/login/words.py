"""What a person is told about a login that failed. The code says it to whoever helps them."""

from typing import Final

from gatepost.oidc.authorization import AuthorizationError
from gatepost.plugins.openid_connect.pages import Page
from gatepost.values import Fault

_AGAIN: Final = "Open the page that you wanted once more."
_TITLE: Final = "You could not be logged in"

_MALFORMED: Final = frozenset(
    {
        "authorization.duplicate",
        "authorization.jarm",
        "authorization.no_code",
        "authorization.no_state",
        "callback.response_mode",
        "callback.state",
        "callback.unknown_state",
        "callback.unreadable",
    }
)
_OVER: Final = frozenset(
    {"callback.other_browser", "callback.reconfigured", "callback.repeated", "callback.too_late"}
)
_ADVICE: Final = {
    "callback.other_browser": (
        "This login was not begun in this browser, or it is over. It may also be that this browser "
        "does not keep cookies, which logging in needs."
    ),
    "callback.too_late": "This login took too long, so it does not count any more.",
    "callback.repeated": "This login was used before.",
    "callback.reconfigured": "The gateway's settings have changed since this login was begun.",
    "callback.unknown_state": (
        "What came back belongs to no login that was begun here. Perhaps the link that brought you "
        "here is an old one, or was made by somebody else."
    ),
    "callback.code_refused": "The identity provider does not accept its own answer any more.",
    "callback.no_id_token": "The identity provider did not say who you are.",
}


def failed(fault: Fault, *, unavailable: bool = False) -> Page:
    """Return the page for a failed login. unavailable: the provider said it cannot at present."""
    if isinstance(fault, AuthorizationError):
        return _refused(fault, unavailable=unavailable)
    if fault.code in _OVER:
        return Page(400, fault.code, "This login is over", (_ADVICE[fault.code], _AGAIN))
    if fault.code in _MALFORMED:
        text = _ADVICE.get(fault.code, fault.message)
        return Page(400, fault.code, _TITLE, (text, _AGAIN))
    return Page(401, fault.code, _TITLE, (_ADVICE.get(fault.code, fault.message), _AGAIN))


def _refused(fault: AuthorizationError, *, unavailable: bool) -> Page:
    said = f"{fault.error}: {fault.description}" if fault.description else fault.error
    if unavailable:
        busy = ("The identity provider cannot log anybody in at present.", "Try again in a moment.")
        return Page(503, fault.code, "Not available", busy, quote=said, retry_after=5)
    text = ("The identity provider did not let you in. It said:",)
    return Page(401, fault.code, _TITLE, text, quote=said)
