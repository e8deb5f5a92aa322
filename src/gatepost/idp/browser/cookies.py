"""The provider's cookies: for a browser, and for who is signed in on it.

Cookies know hosts and no ports, so their names hold the port of the issuer: two providers on one
machine leave one another alone.
"""

import re
import secrets
from urllib.parse import urlsplit

from gatepost.idp.asking import Asking
from gatepost.idp.endpoints import World
from gatepost.idp.sessions import Session

Field = tuple[str, str]

_MADE_HERE = re.compile(r"[A-Za-z0-9_-]{43}")


def browser(world: World, asking: Asking) -> tuple[str, tuple[Field, ...]]:
    """Return a secret of the browser that asks, and the header that gives it one if need be.

    Each has a name of its own: of two pages that are opened at once on a browser without any, both
    get one, and the second answer must not take from the first page what its form is bound to.
    """
    held = known_browser(world, asking)
    if held:
        return held[0], ()
    fresh = secrets.token_urlsafe(32)
    name = f"{_name(world, 'browser')}_{secrets.token_hex(4)}"
    return fresh, (_set(world, name, fresh),)


def known_browser(world: World, asking: Asking) -> list[str]:
    """Return the secrets of the browser that asks."""
    prefix = f"{_name(world, 'browser')}_"
    return [
        value
        for name, value in asking.cookies()
        if name.startswith(prefix) and _MADE_HERE.fullmatch(value)
    ]


def session(world: World, asking: Asking) -> Session | None:
    """Return the session that a browser is signed in with."""
    return world.sessions.find(asking.cookie(_name(world, "session")))


def signed_in(world: World, session: Session) -> Field:
    """Return the header that hands a browser its session."""
    return _set(world, _name(world, "session"), session.cookie)


def signed_out(world: World) -> Field:
    """Return the header that takes a session from a browser."""
    return _set(world, _name(world, "session"), "", "; Max-Age=0")


def _name(world: World, what: str) -> str:
    parts = urlsplit(world.issuer)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return f"gatepost_idp_{what}_{port}"


def _set(world: World, name: str, value: str, more: str = "") -> Field:
    secure = "; Secure" if world.issuer.startswith("https:") else ""
    return "set-cookie", f"{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{more}"
