"""The sign-in page: who a person is, by login and password."""

from dataclasses import dataclass

from gatepost.idp import ending
from gatepost.idp.asking import Asking, RefusedError
from gatepost.idp.browser import consent, cookies
from gatepost.idp.browser.authorization_answer import deny
from gatepost.idp.browser.authorization_request import AuthorizationRequest, DeniedError
from gatepost.idp.browser.pages import page, paged
from gatepost.idp.directory import User
from gatepost.idp.endpoints import World
from gatepost.idp.sessions import Session
from gatepost.idp.tickets import cross_site
from gatepost.values import Reply

PATH = "/login"

_SHOWN_USERS = 20


@dataclass(frozen=True, slots=True)
class _SignIn:
    request: AuthorizationRequest


def form(world: World, asking: Asking, request: AuthorizationRequest) -> Reply:
    """Return the page that asks for login and password."""
    browser, fresh = cookies.browser(world, asking)
    ticket = world.tickets.issue(browser, _SignIn(request))
    hint = request.subject or request.login_hint
    return _page(world, request, ticket, login=hint, status=200, headers=fresh)


@paged
async def answer(world: World, asking: Asking) -> Reply:
    """Take login and password, and go on to the application."""
    given = asking.posted()
    ticket = given.get("ticket", "")
    errand = world.tickets.find(ticket, cookies.known_browser(world, asking), _SignIn)
    if errand is None or cross_site(asking):
        raise RefusedError(
            403, "stale_form", "this form is too old, or it was sent before, or not from here"
        )
    request = errand.request
    if given.get("choice") == "cancel":
        world.tickets.use(ticket)
        return await deny(world, DeniedError(request.target, "access_denied", "nobody signed in"))
    login = given.get("login", "")
    user = world.directory.user_who_proves(login, given.get("password", ""))
    if user is None:
        return _page(world, request, ticket, login=login, status=403, wrong=True)
    world.tickets.use(ticket)
    if request.subject not in (None, user.seed.login):
        told = "another person signed in than the one that id_token_hint means"
        return await deny(world, DeniedError(request.target, "login_required", told))
    session = await _session(world, asking, user)
    headers = (cookies.signed_in(world, session),)
    return await consent.proceed(world, asking, request, session, headers=headers)


async def _session(world: World, asking: Asking, user: User) -> Session:
    """Return the session of the person who just proved who they are, under a new cookie.

    The cookie is new each time, so that nobody can have planted it. A session of somebody else
    on this browser ends, and the applications of it are told.
    """
    before = cookies.session(world, asking)
    if before is not None and before.user is user:
        world.sessions.renew(before)
        return before
    if before is not None:
        await ending.end(world, before)
    return world.sessions.start(user)


def _page(
    world: World,
    request: AuthorizationRequest,
    ticket: str,
    *,
    login: str,
    status: int,
    wrong: bool = False,
    headers: tuple[tuple[str, str], ...] = (),
) -> Reply:
    users = [user for user in world.directory.users.by_id.values() if user.life.active]
    return page(
        "sign_in",
        status=status,
        headers=headers,
        ticket=ticket,
        application=request.application.name,
        login=login,
        wrong=wrong,
        users=[(user.seed.login, user.password.reveal()) for user in users[:_SHOWN_USERS]],
        more=max(0, len(users) - _SHOWN_USERS),
    )
