"""Whether a person lets an application know, and the code that follows."""

from dataclasses import dataclass

from gatepost.idp.asking import Asking, RefusedError
from gatepost.idp.browser import cookies
from gatepost.idp.browser.authorization_answer import deny, send
from gatepost.idp.browser.authorization_request import AuthorizationRequest, DeniedError
from gatepost.idp.browser.pages import Fields, page, paged
from gatepost.idp.endpoints import World
from gatepost.idp.families import Family
from gatepost.idp.sessions import Session
from gatepost.idp.tickets import cross_site
from gatepost.values import Reply

PATH = "/consent"

MEANINGS = {
    "openid": "know who you are",
    "profile": "see your name",
    "email": "see your email address",
    "groups": "see which groups you belong to",
    "offline_access": "stay signed in as you when you are away",
}


@dataclass(frozen=True, slots=True)
class _Question:
    request: AuthorizationRequest
    session: Session


def needed(request: AuthorizationRequest, session: Session) -> bool:
    """Whether the person must be asked: always on prompt=consent, else once for each scope."""
    if "consent" in request.prompts:
        return True
    application = request.application
    allowed = application.consents.get(session.user.id, frozenset())
    return application.seed.consent and not allowed.issuperset(request.scopes)


async def proceed(
    world: World,
    asking: Asking,
    request: AuthorizationRequest,
    session: Session,
    *,
    headers: Fields = (),
) -> Reply:
    """Ask the person if need be, else give the code. headers: for the browser."""
    if not needed(request, session):
        return await _code(world, request, session, headers)
    browser, fresh = cookies.browser(world, asking)
    return page(
        "consent",
        headers=(*headers, *fresh),
        ticket=world.tickets.issue(browser, _Question(request, session)),
        application=request.application.name,
        user=session.user.seed,
        meanings=[(scope, MEANINGS.get(scope, "have the scope")) for scope in request.scopes],
    )


@paged
async def answer(world: World, asking: Asking) -> Reply:
    """Take the person's answer."""
    form = asking.posted()
    browser = cookies.known_browser(world, asking)
    ticket = form.get("ticket", "")
    question = world.tickets.find(ticket, browser, _Question)
    if question is None or cross_site(asking):
        raise RefusedError(403, "stale_form", "this form is too old, or it was sent before")
    world.tickets.use(ticket)
    request, session = question.request, question.session
    if cookies.session(world, asking) is not session:
        raise RefusedError(403, "stale_form", "somebody else has signed in since")
    if form.get("choice") != "allow":
        denied = DeniedError(request.target, "access_denied", "the person said no")
        return await deny(world, denied)
    consents = request.application.consents
    before = consents.get(session.user.id, frozenset())
    consents[session.user.id] = before.union(request.scopes)
    return await _code(world, request, session, ())


async def _code(
    world: World, request: AuthorizationRequest, session: Session, headers: Fields
) -> Reply:
    """Send the application a code."""
    family = Family(
        application=request.application,
        user=session.user,
        scopes=request.scopes,
        audience=request.audience,
        session=session,
        nonce=request.nonce,
        auth_time=None if request.max_age is None else session.auth_time,
        offline="offline_access" in request.scopes,
    )
    target = request.target
    code = world.codes.give(family, redirect_uri=target.redirect_uri, challenge=request.challenge)
    session.applications[request.application.id] = request.application
    return await send(world, target, (("code", code),), headers=headers)
