"""The endpoint for pushed authorization requests (RFC 9126)."""

from gatepost.idp.asking import Asking, RefusedError, json_reply
from gatepost.idp.browser.authorization_request import DeniedError, read_request
from gatepost.idp.browser.authorize import PUSHED_SECONDS, push
from gatepost.idp.endpoints import World
from gatepost.values import Reply

NAME = "par"

_CREDENTIALS = ("client_secret",)


def answer(world: World, asking: Asking) -> Reply:
    """Check a request as the authorization endpoint would, and keep it for its one use (2.1)."""
    application, form = world.caller(asking, NAME, public=True)
    if "request_uri" in form:
        raise RefusedError(400, "invalid_request", "request_uri is for the authorization endpoint")
    parameters = {name: value for name, value in form.items() if name not in _CREDENTIALS}
    parameters["client_id"] = application.id
    try:
        read_request(world, parameters, pushed=True)
    except DeniedError as denied:
        raise RefusedError(400, denied.error, denied.description) from None
    members = {"request_uri": push(world, parameters), "expires_in": PUSHED_SECONDS}
    return json_reply(members, status=201)
