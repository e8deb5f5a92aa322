"""The authorization endpoint (RFC 6749, 3.1; OpenID Connect Core 1.0, 3.1.2)."""

import secrets
from collections.abc import Mapping
from urllib.parse import urlencode

from gatepost.idp.asking import Asking, RefusedError
from gatepost.idp.browser import consent, cookies, sign_in
from gatepost.idp.browser.authorization_answer import NAME, deny
from gatepost.idp.browser.authorization_request import (
    AuthorizationRequest,
    DeniedError,
    application_of,
    read_request,
)
from gatepost.idp.browser.pages import paged, redirect
from gatepost.idp.endpoints import World
from gatepost.idp.faulty.authorization import ROTATES
from gatepost.idp.sessions import Session
from gatepost.idp.tickets import cross_site
from gatepost.values import Reply

URN = "urn:ietf:params:oauth:request_uri:"
"""How references to pushed requests begin (RFC 9126, 2.2)."""

PUSHED_SECONDS = 60


@paged
async def answer(world: World, asking: Asking) -> Reply:
    """Sign a person on to an application, with a page where one is needed."""
    parameters = asking.parameters()
    reference = parameters.get("request_uri", "")
    pushed = reference.startswith(URN)
    if pushed:
        parameters = _fetched(world, parameters)
    try:
        request = read_request(world, parameters, pushed=pushed)
        if world.orders.take(NAME, ROTATES) is not None:
            world.keys.rotate(withdraw=True)
        if asking.method == "POST" and cross_site(asking):
            return _again(world, parameters)
        return await _proceed(world, asking, request)
    except DeniedError as denied:
        return await deny(world, denied)


def push(world: World, parameters: Mapping[str, str]) -> str:
    """Keep a request for a minute and return the request_uri that stands for it, once."""
    reference = URN + secrets.token_urlsafe(32)
    world.pushed.put(reference, dict(parameters), seconds=PUSHED_SECONDS)
    return reference


def _fetched(world: World, parameters: Mapping[str, str]) -> dict[str, str]:
    """Return a request that was pushed; what else is in the query is not looked at (RFC 9101, 5).

    Without the right client_id it stays where it is (RFC 9126, 4).
    """
    application = application_of(world, parameters)
    found = world.pushed.find(parameters["request_uri"])
    if found is None or found.get("client_id") != application.id:
        raise RefusedError(
            400,
            "invalid_request_uri",
            f"request_uri is not known: each is good once, for {PUSHED_SECONDS} seconds, and for "
            "the application that pushed it",
        )
    world.pushed.take(parameters["request_uri"])
    return found


def _again(world: World, parameters: Mapping[str, str]) -> Reply:
    """Let the browser come again with a GET.

    A form that another site posts brings no cookie that is SameSite=Lax, so that nobody would be
    signed in; the GET after a redirect does bring it.
    """
    query = {"client_id": parameters["client_id"], "request_uri": push(world, parameters)}
    return redirect(f"{world.issuer}/v1/authorize?{urlencode(query)}")


async def _proceed(world: World, asking: Asking, request: AuthorizationRequest) -> Reply:
    """Answer at once, or with the page that is needed first."""
    session = cookies.session(world, asking)
    silent = "none" in request.prompts
    if session is None or _must_sign_in(world, request, session):
        if silent:
            raise DeniedError(request.target, "login_required", "nobody is signed in who will do")
        return sign_in.form(world, asking, request)
    if silent and consent.needed(request, session):
        raise DeniedError(request.target, "consent_required", "the person was never asked")
    return await consent.proceed(world, asking, request, session)


def _must_sign_in(world: World, request: AuthorizationRequest, session: Session) -> bool:
    """Whether a person who is signed in must give the password again (3.1.2.1)."""
    if request.prompts & {"login", "select_account"}:
        return True
    if request.subject not in (None, session.user.seed.login):
        return True
    return request.max_age is not None and world.clock.past(session.auth_time + request.max_age)
