"""Where distributed claims are told (OpenID Connect Core 1.0, 5.6.2.2); misbehaviour names it.

A gateway that fetches whatever address it is told can be sent anywhere: the calls are counted.
"""

from gatepost.idp.asking import Asking, RefusedError
from gatepost.idp.draft import Draft
from gatepost.idp.endpoints import World
from gatepost.values import Headers, Reply, Secret

NAME = "claims"


def answer(world: World, asking: Asking) -> Reply:
    """Tell claims as a JWT to who has the token for them."""
    if asking.method != "GET":
        raise RefusedError(405, "invalid_request", "use GET", headers=(("allow", "GET"),))
    scheme, _, token = (asking.header(b"authorization") or "").partition(" ")
    claims = world.sources.find(token) if scheme.lower() == "bearer" else None
    if claims is None:
        challenge = (("www-authenticate", 'Bearer error="invalid_token"'),)
        raise RefusedError(401, "invalid_token", "send the token of the source", headers=challenge)
    text = Draft(claims, "JWT").signed(world.keys, Secret(""))
    fields = (("content-type", "application/jwt"), ("cache-control", "no-store"))
    return Reply(200, Headers(fields), text.encode())
