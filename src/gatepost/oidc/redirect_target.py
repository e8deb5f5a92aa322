"""Where a browser goes after a login, a logout or an error: a path of the same origin, or nowhere.

An open redirector lends a site's good name to whoever writes a link (RFC 9700, 4.11). So this is
the one place that says what may stand in such a redirect. It is strict on purpose: a text is
refused when any reader on the way, browser, proxy or framework, might see a host in it.
"""

import html
import re
import unicodedata
from typing import Final
from urllib.parse import unquote_to_bytes, urlsplit

LIMIT: Final = 4_096
"""Characters of a target."""

# What a browser sends: visible ASCII; not the backslash, which browsers read as a slash, nor
# what they always encode, so that only an attacker would have written it.
_PLAIN: Final = re.compile(r"/(?!/)[!#-;=?-\[\]-~]*")
_BROKEN: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_ALIKE: Final = str.maketrans(
    dict.fromkeys("\u2044\u2215\u2216\u29f5\u29f8\u29f9\u2571\u2572", "/")
)
"""Letters that look like a slash or backslash, beside those that NFKC makes one of."""

_ROUNDS: Final = 4


def local_target(text: str) -> str | None:
    """Return a text that is a path (query and fragment allowed) of the same origin, else None.

    It begins with exactly one slash; there is no backslash, control character, space or
    non-ASCII letter in it; and its path still is such a path, without dot segments, for whoever
    decodes it (percent, HTML, compatibility forms such as U+FF0F) however often.
    """
    if len(text) > LIMIT or not _PLAIN.fullmatch(text):
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    if parts.scheme or parts.netloc:
        return None
    readings = {text, html.unescape(text)}  # the second, if it lands in a page unescaped
    paths = (re.split(r"[?#]", reading, maxsplit=1)[0] for reading in readings)
    return text if all(_stays_a_path(path) for path in paths) else None


def _stays_a_path(path: str) -> bool:
    if _BROKEN.search(path):
        return False
    for _ in range(_ROUNDS):
        if _suspicious(path):
            return False
        try:
            decoded = unquote_to_bytes(path).decode("utf-8")  # refuses overlong forms
        except UnicodeDecodeError:
            return False
        decoded = unicodedata.normalize("NFKC", html.unescape(decoded))
        if decoded == path:
            return True
        path = decoded
    return False  # nobody honest encodes that often


def _suspicious(path: str) -> bool:
    if "\\" in path or _CONTROL.search(path):
        return True
    # What cannot be seen, some readers leave out.
    seen = "".join(char for char in path if char.isprintable() and char != " ")
    if not seen.startswith("/") or seen.translate(_ALIKE).startswith("//"):
        return True
    return any(part.partition(";")[0] in (".", "..") for part in path.split("/"))
