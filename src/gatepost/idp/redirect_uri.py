"""Where answers may be sent: redirect URIs are compared letter by letter (RFC 9700, 4.1.3)."""

import re
from urllib.parse import urlsplit

_LOOPBACK = re.compile(
    r"(https?://(?:127\.0\.0\.1|\[::1\]|localhost))(?::([0-9]{1,5}))?((?:[/?].*)?)", re.ASCII
)
_ASCII = re.compile(r"[!-\[\]-~]+")  # visible, and no backslash, which browsers read as a slash
_CUSTOM_SCHEME = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+")


def matches(registered: str, given: str) -> bool:
    """Return whether an answer may go to ``given`` because ``registered`` was registered.

    They must be equal, but for the port of a loopback address: a program on a person's machine
    takes the port that the system gives it (RFC 8252, 7.3; for ``localhost`` too).
    """
    if registered == given:
        return True
    here, there = _LOOPBACK.fullmatch(registered), _LOOPBACK.fullmatch(given)
    if here is None or there is None or int(there[2] or 80) > 65_535:
        return False
    return (here[1], here[3]) == (there[1], there[3])


def check_redirect(uri: str, *, native: bool = False) -> None:
    """Raise ValueError unless a client may register the URI (RFC 6749, 3.1.2).

    native: a program on a person's machine may have a scheme of its own, made of a reversed
    domain name (RFC 8252, 7.1).
    """
    scheme = uri.partition(":")[0]
    if native and _CUSTOM_SCHEME.fullmatch(scheme):
        if not _ASCII.fullmatch(uri) or "#" in uri:
            raise ValueError("a redirect URI is visible ASCII without a fragment")
        return
    check_web(uri)


def check_web(uri: str) -> None:
    """Raise ValueError unless the text is an absolute http or https URL without a fragment."""
    try:
        parts = urlsplit(uri)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        good = False
        parts = None
    if not good or parts is None or "@" in parts.netloc or "#" in uri or not _ASCII.fullmatch(uri):
        raise ValueError("a URI must be absolute, http or https, without user name and fragment")


def origin(uri: str) -> str:
    """Return scheme, host and port of a registered web URL, as policies of pages name it."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}"
