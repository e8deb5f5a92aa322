"""The end-session endpoint (OpenID Connect RP-Initiated Logout 1.0)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gatepost.idp import ending
from gatepost.idp.asking import Asking, RefusedError
from gatepost.idp.browser import cookies
from gatepost.idp.browser.authorization_answer import extended
from gatepost.idp.browser.pages import page, paged, redirect
from gatepost.idp.directory import Application
from gatepost.idp.endpoints import World
from gatepost.idp.faulty.logout import LOGOUT
from gatepost.idp.own_tokens import hinted
from gatepost.idp.redirect_uri import matches, origin
from gatepost.idp.sessions import Session
from gatepost.idp.tickets import cross_site
from gatepost.values import Reply

NAME = "logout"
PATH = "/logout"
"""Where the person's own word is taken."""


@dataclass(frozen=True, slots=True)
class LogOut:
    """A logout that was asked for. application: by whom, where that is known."""

    application: Application | None = None
    return_to: str | None = None
    state: str | None = field(default=None, repr=False)


@paged
async def answer(world: World, asking: Asking) -> Reply:
    """End a session, at once for whoever shows an ID token of it, else when the person agrees."""
    parameters = asking.parameters()
    hint = hinted(world, parameters["id_token_hint"]) if "id_token_hint" in parameters else None
    wanted = _read(world, parameters, hint)
    held = cookies.session(world, asking)
    if hint is not None and (named := _hinted_session(world, hint, held)) is not None:
        return await _finish(world, wanted, named, clears=named is held)
    if held is not None:
        return _question(world, asking, wanted, held)
    return await _finish(world, wanted, None, clears=True)  # nobody is signed in: nothing to ask


@paged
async def confirmed(world: World, asking: Asking) -> Reply:
    """End the session of a person who pressed the button."""
    form = asking.posted()
    ticket = form.get("ticket", "")
    wanted = world.tickets.find(ticket, cookies.known_browser(world, asking), LogOut)
    if wanted is None or cross_site(asking):
        raise RefusedError(
            403, "stale_form", "this form is too old, or it was sent before, or not from here"
        )
    world.tickets.use(ticket)
    if form.get("choice") == "stay":
        return redirect("/")
    return await _finish(world, wanted, cookies.session(world, asking), clears=True)


def _read(world: World, parameters: Mapping[str, str], hint: dict[str, object] | None) -> LogOut:
    """Read the request; refuse one that would send the person to an unregistered place."""
    application = None
    named = parameters.get("client_id")
    if hint is not None:
        if named not in (None, hint["aud"]):
            raise RefusedError(400, "invalid_request", "id_token_hint is of another client_id")
        named = str(hint["aud"])
    if named is not None:
        application = world.directory.applications.by_id.get(named)
        if application is None or not application.life.active:
            raise RefusedError(400, "invalid_request", "client_id names no active application")
    target = parameters.get("post_logout_redirect_uri")
    if target is None:
        return LogOut(application)
    if application is None:
        raise RefusedError(
            400,
            "invalid_request",
            "post_logout_redirect_uri needs a valid id_token_hint, or client_id",
        )
    if not any(matches(one, target) for one in application.seed.post_logout_redirect_uris):
        raise RefusedError(
            400,
            "invalid_request",
            "post_logout_redirect_uri is not registered for this application; it must be equal, "
            "letter by letter (but for the port of a loopback address)",
        )
    return LogOut(application, target, parameters.get("state"))


def _hinted_session(world: World, hint: dict[str, object], held: Session | None) -> Session | None:
    """Return the session that an ID token is of, or None where the person must be asked.

    Without a cookie it is found by its sid: a form that another site posts brings none. When
    somebody else is signed in on this browser by now, an ID token does not log them out.
    """
    sid = hint.get("sid")
    if held is not None:
        same = held.sid == sid if sid is not None else held.user.seed.login == hint["sub"]
        return held if same else None
    return world.sessions.by_sid(sid) if isinstance(sid, str) else None


def _question(world: World, asking: Asking, wanted: LogOut, held: Session) -> Reply:
    browser, fresh = cookies.browser(world, asking)
    return page(
        "confirm_logout",
        headers=fresh,
        ticket=world.tickets.issue(browser, wanted),
        application=None if wanted.application is None else wanted.application.name,
        user=held.user.seed,
    )


async def _finish(world: World, wanted: LogOut, session: Session | None, *, clears: bool) -> Reply:
    """End a session, tell everybody, and go where the application wants it.

    clears: whether the browser that asks held it.
    """
    headers = (cookies.signed_out(world),) if clears else ()
    framed: list[str] = []
    if session is not None:
        await ending.end(world, session)
        framed = ending.frames(world, session)
    target = _target(world, wanted)
    if not framed and target is not None:
        return redirect(target, headers)
    return page(
        "logged_out",
        headers=headers,
        scripts=bool(framed),
        frames=tuple(origin(uri) for uri in framed),
        framed=framed,
        target=target,
    )


def _target(world: World, wanted: LogOut) -> str | None:
    """Return where to go on to, with the state that was sent."""
    if wanted.return_to is None:
        return None
    state = wanted.state
    if state is not None and (order := world.orders.take(NAME, LOGOUT)) is not None:
        state = LOGOUT[order.fault](state)
    return extended(wanted.return_to, () if state is None else (("state", state),))
