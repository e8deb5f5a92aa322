"""The answer to an authorization request: a code or an error, on its way through the browser."""

import asyncio
from urllib.parse import quote, urlencode

from gatepost.idp.browser.authorization_request import DeniedError, Target
from gatepost.idp.browser.pages import Fields, page, redirect
from gatepost.idp.draft import ANSWER_SECONDS, Draft
from gatepost.idp.endpoints import World
from gatepost.idp.faulty.authorization import (
    ANSWER,
    PLAIN_ANSWER,
    SIGNED_ANSWER,
    SLOW,
    Parameters,
)
from gatepost.idp.orders import Order
from gatepost.values import Reply

NAME = "authorize"


async def send(world: World, target: Target, told: Parameters, *, headers: Fields = ()) -> Reply:
    """Send what is told to the application, with its state and our issuer (RFC 9207, 2).

    headers: for the browser, such as its session.
    """
    state = (("state", target.state),) if target.state is not None else ()
    right = (*told, *state, ("iss", world.issuer))
    signed = target.mode.endswith(".jwt")
    order = world.orders.take(NAME, ANSWER | (SIGNED_ANSWER if signed else PLAIN_ANSWER))
    if order is not None and order.fault == SLOW:
        await asyncio.sleep(order.seconds)
    parameters = _spoilt(right, order)
    if signed:
        parameters = (("response", _jwt(world, target, parameters, order)),)
    if target.mode.startswith("form_post"):
        return page(
            "form_post",
            scripts=True,
            headers=headers,
            action=target.redirect_uri,
            application=target.application.name,
            parameters=parameters,
        )
    return redirect(extended(target.redirect_uri, parameters), headers)


async def deny(world: World, denied: DeniedError, *, headers: Fields = ()) -> Reply:
    """Send an error to the application (RFC 6749, 4.1.2.1)."""
    told = (("error", denied.error), ("error_description", denied.description))
    return await send(world, denied.target, told, headers=headers)


def extended(uri: str, parameters: Parameters) -> str:
    """Return a URI with more in its query; what is there stays (RFC 6749, 3.1.2)."""
    if not parameters:
        return uri
    joint = "" if uri.endswith(("?", "&")) else "&" if "?" in uri else "?"
    return uri + joint + urlencode(parameters, quote_via=quote)


def _spoilt(right: Parameters, order: Order | None) -> Parameters:
    change = None if order is None else (ANSWER | PLAIN_ANSWER).get(order.fault)
    return right if change is None or order is None else change(right, order)


def _jwt(world: World, target: Target, parameters: Parameters, order: Order | None) -> str:
    """Return the parameters as a JWT for the application (JARM, 2.1)."""
    now = int(world.clock.now())
    claims: dict[str, object] = {
        **dict(parameters),
        "iss": world.issuer,
        "aud": target.application.id,
        "exp": now + ANSWER_SECONDS,
    }
    draft = Draft(claims, "JWT")
    change = None if order is None else SIGNED_ANSWER.get(order.fault)
    if change is not None:
        draft = change(draft)
    return draft.signed(world.keys, target.application.secret)
