"""The provider's two cookies: one for a browser, one for who is signed in on it.

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
    """Return the secret of the browser that asks, and the header that gives it one if need be."""
    name = _name(world, "browser")
    held = asking.cookie(name)
    if held is not None and _MADE_HERE.fullmatch(held):
        return held, ()
    fresh = secrets.token_urlsafe(32)
    return fresh, (_set(world, name, fresh),)


def known_browser(world: World, asking: Asking) -> str | None:
    """Return the secret of the browser that asks, if it has one."""
    return asking.cookie(_name(world, "browser"))


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
