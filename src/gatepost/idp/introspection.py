"""The introspection endpoint (RFC 7662), as JSON or as a signed answer (RFC 9701)."""

import msgspec

from gatepost.idp.asking import Asking, RefusedError, json_reply
from gatepost.idp.directory import Application
from gatepost.idp.endpoints import World
from gatepost.values import Headers, Reply

NAME = "introspect"

_INACTIVE = b'{"active":false}'
_SIGNED = ("application/token-introspection+jwt", "application/jwt")


def answer(world: World, asking: Asking) -> Reply:
    """Say whether a token is active, to any application that authenticates.

    Inactive: unknown, expired, revoked, or of an application or user that is deactivated; nothing
    more is told about it (RFC 7662, 2.2). About a refresh token only its own application is told,
    so that nobody else takes it for an access token. ``token_type_hint`` changes nothing: both
    kinds are looked up quickly (2.1).
    """
    application, form = world.caller(asking, NAME)
    token = form.get("token")
    if not token:
        raise RefusedError(400, "invalid_request", "token is missing")
    given = world.tokens.find(token)
    if given is None:
        body = _refresh_token(world, application, token)
    else:
        body = given.answer if given.active(world.clock) else _INACTIVE
    media = _wanted(asking.header(b"accept"))
    if media is None:
        return json_reply(body)
    claims = {
        "iss": world.issuer,
        "aud": application.id,
        "iat": int(world.clock.now()),
        "token_introspection": msgspec.json.decode(body),
    }
    signed = world.keys.sign(claims, typ="token-introspection+jwt")
    fields = (("content-type", media), ("cache-control", "no-store"))
    return Reply(200, Headers(fields), signed.encode())


def _refresh_token(world: World, application: Application, text: str) -> bytes:
    token = world.refresh_tokens.find(text)
    if token is None or token.family.application is not application:
        return _INACTIVE
    if not world.refresh_tokens.active(token):
        return _INACTIVE
    family = token.family
    members: dict[str, object] = {
        "active": True,
        "token_type": "refresh_token",
        "iss": world.issuer,
        "client_id": application.id,
        "username": family.user.seed.login,
        "sub": family.user.seed.login,
        "scope": " ".join(family.scopes),
        "iat": token.given,
        "exp": int(token.expires),
    }
    if family.sid is not None:
        members["sid"] = family.sid
    return msgspec.json.encode(members)


def _wanted(accept: str | None) -> str | None:
    """Return the signed media type if the header names one, else None for JSON."""
    if accept is None or "jwt" not in accept:
        return None
    named = [part.split(";")[0].strip().lower() for part in accept.split(",")]
    return next((media for media in named if media in _SIGNED), None)
