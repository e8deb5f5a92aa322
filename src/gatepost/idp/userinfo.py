"""The userinfo endpoint (OpenID Connect Core 1.0, 5.3)."""

from gatepost.idp.asking import Asking, RefusedError, json_reply
from gatepost.idp.directory import Application
from gatepost.idp.draft import Draft
from gatepost.idp.endpoints import World
from gatepost.idp.faulty.userinfo import (
    ARRAY,
    CLAIMS,
    SIGNED,
    SOURCES,
    USERINFO_FAULTS,
    Place,
)
from gatepost.idp.person import person_claims
from gatepost.idp.tokens import Given
from gatepost.values import Headers, Reply

NAME = "userinfo"


def answer(world: World, asking: Asking) -> Reply:
    """Tell what an access token lets its bearer know about a person.

    JSON; or a JWT for ``Accept: application/jwt``, or where the application is set so (5.3.2).
    """
    given = _bearer(world, asking)
    if given.user is None or given.family is None:
        raise _refused(403, "insufficient_scope", "a token of an application, not of a person")
    scopes = str(given.claims["scope"]).split(" ")
    if "openid" not in scopes:
        raise _refused(403, "insufficient_scope", "the token lacks the scope openid")
    claims = person_claims(world.directory, given.user, scopes)
    claims["sub"] = given.user.seed.login
    return _told(world, asking, given.application, claims)


def _told(
    world: World, asking: Asking, application: Application, claims: dict[str, object]
) -> Reply:
    """Return the claims, right or as it was ordered."""
    order = world.orders.take(NAME, USERINFO_FAULTS)
    fault = "" if order is None else order.fault
    if fault in CLAIMS:
        claims = CLAIMS[fault](claims)
    if fault in SOURCES:
        claims = SOURCES[fault](claims, _place(world, application))
    if fault == ARRAY:
        return json_reply([claims])
    accepted = [part.split(";")[0].strip() for part in (asking.header(b"accept") or "").split(",")]
    wanted = application.seed.userinfo_signed or "application/jwt" in accepted
    if fault not in SIGNED and not wanted:
        return json_reply(claims)
    draft = Draft({**claims, "iss": world.issuer, "aud": application.id}, "JWT")
    if fault in SIGNED:
        draft = SIGNED[fault](draft)
    text = draft.signed(world.keys, application.secret)
    fields = (("content-type", "application/jwt"), ("cache-control", "no-store"))
    return Reply(200, Headers(fields), text.encode())


def _place(world: World, application: Application) -> Place:
    return Place(world.issuer, world.keys, application.secret, world.sources)


def _bearer(world: World, asking: Asking) -> Given:
    """Return the token of a call: in the header, or in the form of a POST (RFC 6750, 2)."""
    if asking.method not in ("GET", "POST"):
        raise RefusedError(
            405, "invalid_request", "use GET or POST", headers=(("allow", "GET, POST"),)
        )
    if b"access_token" in asking.query:
        raise _refused(400, "invalid_request", "no token in the address: it would be logged")
    scheme, _, token = (asking.header(b"authorization") or "").partition(" ")
    posted = asking.form() if asking.method == "POST" and asking.body else {}
    if "access_token" in posted:
        if scheme:
            raise _refused(400, "invalid_request", "the token comes twice")
        token = posted["access_token"]
    elif scheme.lower() != "bearer":
        challenge = (("www-authenticate", 'Bearer realm="gatepost development provider"'),)
        raise RefusedError(401, "invalid_request", "send Authorization: Bearer", headers=challenge)
    given = world.tokens.find(token.strip())
    if given is None or not given.active(world.clock):
        raise _refused(401, "invalid_token", "the token is not active")
    return given


def _refused(status: int, error: str, description: str) -> RefusedError:
    """Return a refusal with the challenge that belongs to it (RFC 6750, 3)."""
    challenge = f'Bearer error="{error}", error_description="{description}"'
    return RefusedError(status, error, description, headers=(("www-authenticate", challenge),))
