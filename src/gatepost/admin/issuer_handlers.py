"""``/openid-connect``: what Kong's plugin adds to the Admin API."""

from starlette.responses import Response

from gatepost.admin.ask import Ask, answer, nothing
from gatepost.admin.caller import Role
from gatepost.admin.issuers import issuer_id
from gatepost.admin.problem import not_found


async def page(ask: Ask) -> Response:
    """List the issuers that plugins name, with what each says of itself when asked from here.

    This makes calls to them, which is why it takes an operator.
    """
    ask.allow(Role.OPERATOR)
    issuers = await ask.control.cluster.live.issuers(ask.plane)
    found = await ask.control.issuers.told(issuers)
    return answer({"data": [one.shown() for one in found], "next": None})


async def show(ask: Ask) -> Response:
    """Show one issuer, by its id or its name (percent-encoded)."""
    ask.allow(Role.OPERATOR)
    (found,) = await ask.control.issuers.told(frozenset({await _named(ask)}))
    return answer(found.shown())


async def forget(ask: Ask) -> Response:
    """Ask an issuer again the next time. Nodes ask when what they know is no longer fresh."""
    ask.allow(Role.OPERATOR)
    ask.control.issuers.forget(await _named(ask))
    return nothing()


async def forget_all(ask: Ask) -> Response:
    """Ask every issuer again the next time."""
    ask.allow(Role.OPERATOR)
    for issuer in await ask.control.cluster.live.issuers(ask.plane):
        ask.control.issuers.forget(issuer)
    return nothing()


async def keys(ask: Ask) -> Response:
    """Show the public keys with which Gatepost itself signs; it signs nothing yet."""
    ask.allow(Role.VIEWER)
    return answer({"keys": []})


async def _named(ask: Ask) -> str:
    wanted = ask.names[0]
    for issuer in await ask.control.cluster.live.issuers(ask.plane):
        if wanted in (issuer, issuer_id(issuer)):
            return issuer
    raise not_found()
