"""``POST /openid-connect/check``: whether a configuration would work with its provider.

It calls what the configuration names, as ``GET /openid-connect/issuers`` does once it is stored. No
answer of it quotes what was read there.
"""

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec
from pydantic import ValidationError
from starlette.responses import Response

from gatepost.admin.ask import Ask, answer
from gatepost.admin.audit import noted
from gatepost.admin.bodies import read_as
from gatepost.admin.caller import Role
from gatepost.admin.plugin_config import canonical_config
from gatepost.admin.problem import plain, schema_violation
from gatepost.model import Snapshot, Unresolved, check_references, resolve
from gatepost.model.reference import is_reference
from gatepost.model.violation import Violation
from gatepost.plugins.openid_connect.checks import Checking
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig

LIMIT = 256 * 1024
"""Bytes of what is asked: a configuration may hold keys."""
_NAME = "openid-connect"


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """A configuration. id: of the stored plugin whose secrets masks in it stand for."""

    config: dict[str, Any]
    redirect_base: str | None = None
    id: str | None = None

    def __repr__(self) -> str:
        return "Wanted()"


async def check(ask: Ask) -> Response:
    """Check a configuration of openid-connect at its provider: what is wrong, and what to do."""
    ask.allow(Role.OPERATOR)
    wanted = await read_as(ask.request, Wanted, LIMIT)
    parts = urlsplit(wanted.redirect_base or "https://h/")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise plain(400, "redirect_base: write an http or https address")
    snapshot = (await ask.current()).snapshot
    config, unknown = _resolved(ask, snapshot, _whole(ask, snapshot, wanted))
    await noted(ask, "try", "providers", after={"issuer": config.issuer[:500]})
    abroad = ask.control.abroad
    checking = Checking(config, abroad.fetch, time.time, unknown, wanted.redirect_base)
    async with abroad.turn(ask.plane):
        found = await checking.run()
    shown = [one.shown() for one in found]
    return answer({"checks": shown, "redirect_uris": checking.redirect_uris})


def _whole(ask: Ask, snapshot: Snapshot, wanted: Wanted) -> dict[str, Any]:
    """Return the configuration with its secrets. Raises Refused (400) with every mistake."""
    stored = next((one for one in snapshot.plugins if one.id == wanted.id), None)
    if wanted.id is not None and (stored is None or stored.name != _NAME):
        raise plain(400, "id: no plugin openid-connect has it")
    data, found = canonical_config(
        ask.control.registry,
        {"name": _NAME, "config": wanted.config},
        stored.model_dump() if stored is not None else None,
        may_move=ask.caller.role >= Role.ADMIN,
    )
    wrong = check_references(data["config"], snapshot.vaults)
    found += [Violation(("config", *one.at), one.message) for one in wrong]
    if found:
        raise schema_violation(found)
    config: dict[str, Any] = data["config"]
    return config


def _resolved(
    ask: Ask, snapshot: Snapshot, config: Mapping[str, Any]
) -> tuple[OpenIdConnectConfig, frozenset[str]]:
    """Return it without references, and the fields whose values only nodes know."""
    variables = ask.control.abroad.settings.variables
    known: dict[str, Any] = {}
    unknown = set()
    for name, value in config.items():
        try:
            known[name] = resolve(value, variables.get, snapshot.vaults)
        except Unresolved:
            unknown.add(name)
    if "issuer" in unknown:
        raise plain(400, "config.issuer: it is in a vault that only nodes can read")
    for name in unknown:
        known[name] = _stand_in(config[name])
    try:
        read = ask.control.registry.plugin(_NAME).read(known)
    except ValidationError:
        names = ", ".join(sorted(unknown))
        raise plain(400, f"config: {names} can be checked only where nodes are") from None
    if not isinstance(read, OpenIdConnectConfig):
        raise TypeError("the plugin openid-connect has another configuration")
    return read, frozenset(unknown)


def _stand_in(value: Any) -> Any:
    """Return a value in which texts stand for what is not known."""
    if isinstance(value, str):
        return "unknown" if is_reference(value) else value
    if isinstance(value, Mapping):
        return {name: _stand_in(inner) for name, inner in value.items()}
    return [_stand_in(one) for one in value] if isinstance(value, list | tuple) else value
