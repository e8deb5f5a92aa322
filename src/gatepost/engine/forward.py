"""The path that is sent upstream, from the path that matched: Kong's v0 and v1.

lua/gatepost/upstream.lua is the other half. What comes out is in normal form again, or the request
is refused: a prefix that ends inside a segment must not let ``/api..`` climb out of the service.
"""

from gatepost.engine.paths import normal
from gatepost.model import Route


def path_to_send(route: Route, base: str | None, path: str, length: int) -> tuple[str, str]:
    """Return the path to send and the prefix that was taken away ("" when nothing was).

    base: the service's path. path: in normal form. length: characters that matched, 0 without a
    path to match. ValueError when the result is not in normal form.
    """
    base = base or "/"
    prefix = path[:length] if route.strip_path else ""
    rest = path[length:] if prefix else path[1:]
    sent = (_v1 if route.path_handling == "v1" else _v0)(route.strip_path, base, path, rest)
    if normal(sent) != sent:
        raise ValueError("The path is ambiguous once its prefix is taken away")
    return sent, prefix


def _v0(strip: bool, base: str, path: str, rest: str) -> str:
    if not strip:
        return base + path[1:] if base.endswith("/") else base if path == "/" else base + path
    if not rest:
        slash = path.endswith("/") and (len(path) > 1 or base.endswith("/"))
        return (base.rstrip("/") + ("/" if slash else "")) or "/"
    return base.removesuffix("/") + (rest if rest.startswith("/") else "/" + rest)


def _v1(strip: bool, base: str, path: str, rest: str) -> str:
    if not strip:
        return base + path[1:]
    if base.endswith("/") and rest.startswith("/"):
        return base + rest[1:]
    return base + rest
