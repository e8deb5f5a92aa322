"""What is in a token: its header, its claims, and whether its issuer signed it.

The issuer is asked for keys only where a plugin of the plane names it: a token must not choose
whom this process calls. The token is not kept, not logged, and no part of an error.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from starlette.responses import Response

from gatepost.admin.ask import Ask, answer
from gatepost.admin.bodies import read_as
from gatepost.admin.caller import Role
from gatepost.admin.named_providers import NamedProvider
from gatepost.admin.problem import Refused
from gatepost.oidc import ASYMMETRIC, SYMMETRIC, Key, UnknownKey, parse, verify
from gatepost.oidc.compact import decode_segment
from gatepost.oidc.strict_json import NotStrictJson, read_object
from gatepost.oidc.token_answer import TOKEN_LIMIT
from gatepost.values import By, Fault

_LIMIT = 64 * 1024


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """A token."""

    token: str

    def __repr__(self) -> str:
        return "Wanted()"


async def decode(ask: Ask) -> Response:
    """Show a token's header and claims, and whether the issuer's keys fit its signature."""
    ask.allow(Role.OPERATOR)
    wanted = await read_as(ask.request, Wanted, _LIMIT)
    found = taken_apart(wanted.token.strip())
    found["signature"] = await _signature(ask, wanted.token.strip(), found)
    return answer(found)


def taken_apart(token: str) -> dict[str, Any]:
    """Return kind, header and claims; what cannot be read is null. kind: jwt, jwe or opaque."""
    parts = token.split(".")
    header = _object(parts[0]) if len(parts) in {3, 5} and len(token) <= TOKEN_LIMIT else None
    if header is None:
        return {"kind": "opaque", "header": None, "claims": None}
    if len(parts) == 5:
        return {"kind": "jwe", "header": header, "claims": None}
    return {"kind": "jwt", "header": header, "claims": _object(parts[1])}


async def _signature(ask: Ask, token: str, found: Mapping[str, Any]) -> dict[str, Any]:
    header, claims = found["header"] or {}, found["claims"] or {}
    issuer = claims.get("iss")
    about = {"kid": header.get("kid"), "issuer": issuer}
    if found["kind"] != "jwt":
        what = "it is encrypted" if found["kind"] == "jwe" else "it is no JWT"
        return {"ok": None, "says": f"Not checked: {what}, so only its issuer can.", **about}
    try:
        parsed = parse(token)
    except Fault as fault:
        return {"ok": False, "says": f"{fault.message} ({fault.cause})", **about}
    if parsed.alg in SYMMETRIC:
        says = "Not checked: it is signed with a secret that its issuer shares with its client."
        return {"ok": None, "says": says, **about}
    if parsed.alg not in ASYMMETRIC:
        return {"ok": False, "says": "Its algorithm is none that gateways accept.", **about}
    abroad = ask.control.abroad
    snapshot = (await ask.current()).snapshot
    named = None
    if isinstance(issuer, str) and issuer:
        named = NamedProvider.find(snapshot, issuer, abroad.settings.variables)
    if named is None:
        says = "Not checked: no plugin here names its issuer, and strangers are not asked."
        return {"ok": None, "says": says, **about}
    try:
        async with abroad.turn(ask.plane):
            keys = await named.keys(abroad.fetch)
            return {**about, **_judged(lambda: verify(parsed, keys))}
    except Refused as refused:
        return {"ok": None, "says": f"Not checked: {refused.body['message']}", **about}


def _judged(check: Callable[[], Key]) -> dict[str, Any]:
    try:
        key = check()
    except UnknownKey as unknown:
        says = f"{unknown.message} It may be of before the keys were changed, or forged."
        return {"ok": False, "says": says}
    except Fault as fault:
        if fault.by is not By.CLIENT:
            raise
        return {"ok": False, "says": fault.message}
    return {"ok": True, "says": "It was signed by its issuer.", "kid": key.kid}


def _object(segment: str) -> dict[str, object] | None:
    raw = decode_segment(segment)
    if raw is None:
        return None
    try:
        return read_object(raw, limit=len(raw))
    except NotStrictJson:
        return None
