"""What pages are made of beside their text: a style sheet, an icon and two short scripts."""

import functools
from importlib import resources

from gatepost.values import Headers, Reply

ASSETS_PATH = "/assets/"

_MEDIA = {
    "icon.svg": "image/svg+xml",
    "logout.js": "text/javascript",
    "style.css": "text/css",
    "submit.js": "text/javascript",
}


def asset(path: str) -> Reply | None:
    """Return the file at a path, or None."""
    name = path.removeprefix(ASSETS_PATH)
    media = _MEDIA.get(name)
    if media is None:
        return None
    fields = (
        ("content-type", f"{media}; charset=utf-8"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-cache"),
    )
    return Reply(200, Headers(fields), _read(name))


@functools.cache
def _read(name: str) -> bytes:
    return resources.files("gatepost.idp.browser").joinpath("static", name).read_bytes()
