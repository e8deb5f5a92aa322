"""From what a request says about an entity to the entity: one validation, every mistake at once."""

import asyncio
import secrets
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from gatepost.admin.plugin_config import canonical_config
from gatepost.admin.problem import schema_violation, unresolved
from gatepost.model import CATALOG, Entity, Reference, Violation, check_references, violations
from gatepost.model.credential import hashed_password
from gatepost.model.shape import from_kong
from gatepost.plugin import Registry
from gatepost.store.database import Reader
from gatepost.store.masking import PlainForms, put_back

Body = Mapping[str, Any]


async def draft(
    reader: Reader,
    registry: Registry,
    kind: str,
    given: Body,
    stored: Body | None = None,
    *,
    may_move: bool = False,
) -> Entity:
    """Return the entity that data in Kong's shape stands for, ready to be saved.

    given: all of it, with an id. stored: what it replaces, whose secrets stand for masks. may_move:
    where a plugin's would be sent to another place as well. Raises Refused: code 2 with everything
    that is wrong, or code 13 for a name that nobody has.
    """
    data = from_kong(kind, given)
    found = await resolve_names(reader, kind, data)
    # those of a plugin's configuration: canonical_config
    found += [Violation(*one) for one in put_back(kind, data, stored, PlainForms())]
    if kind == "plugins":
        data, mistakes = canonical_config(registry, data, stored, may_move=may_move)
        found += mistakes
    elif kind == "keyauth_credentials" and data.get("key") is None:
        data["key"] = secrets.token_urlsafe(24)
    elif kind == "basicauth_credentials":
        found += await _hash_password(data, stored)
    if not CATALOG[kind].travels:  # documentation may speak of references; a long one takes time
        return await asyncio.to_thread(checked, kind, data, found)
    found += await _vaults_known(reader, data)
    return checked(kind, data, found)


def checked(kind: str, data: Mapping[str, Any], found: list[Violation]) -> Entity:
    """Return the entity, unless that or anything found before is wrong: Refused, code 2."""
    told = {violation.at[0] for violation in found if violation.at}
    try:
        entity = CATALOG[kind].entity.model_validate(dict(data))
    except ValidationError as error:
        found += [one for one in violations(error) if not one.at or one.at[0] not in told]
    else:
        if not found:
            return entity
    raise schema_violation(found)


async def resolve_names(reader: Reader | None, kind: str, data: dict[str, Any]) -> list[Violation]:
    """Put ids in the place of references by name; return what is no reference at all.

    reader: None when nobody can be asked, so that names are taken on trust. Raises Refused, code
    13, for a name that nobody has.
    """
    found: list[Violation] = []
    for reference in CATALOG[kind].references:
        value = data.get(reference.field)
        if isinstance(value, Mapping):
            data[reference.field] = await _resolved(reader, reference, value, found)
    return found


async def _resolved(
    reader: Reader | None, reference: Reference, value: Mapping[str, Any], found: list[Violation]
) -> Any:
    if value.get("id") is not None:
        return value["id"]
    named = {name: text for name, text in value.items() if text is not None}
    if not named:
        return None
    by, text = next(iter(named.items()))
    if (by,) not in CATALOG[reference.kind].unique or not isinstance(text, str) or len(named) > 1:
        found.append(Violation((reference.field,), "expected the id or the name of an entity"))
        return None
    if reader is None:
        return _ANYBODY
    there = await reader.find(reference.kind, by, text)
    if there is None:
        raise unresolved(reference.field, by, text, reference.kind)
    return there.id


async def _hash_password(data: dict[str, Any], stored: Body | None) -> list[Violation]:
    """Hash a password away from the event loop, which it would hold up for a while."""
    password, consumer = data.get("password"), data.get("consumer")
    if not isinstance(password, str) or not isinstance(consumer, str) or not password:
        return []
    if stored is None or password != stored["password"]:
        data["password"] = await asyncio.to_thread(hashed_password, password, consumer)
    elif consumer.lower() != stored["consumer"]:
        # the hash is salted with the consumer, so what is stored would fit nobody
        return [Violation(("password",), "must be set anew for another consumer")]
    return []


async def _vaults_known(reader: Reader, data: Mapping[str, Any]) -> list[Violation]:
    wrong = check_references(data)
    if not wrong:  # no references, or only to the environment
        return []
    vaults = [
        CATALOG["vaults"].entity.model_validate(one.body) for one in await reader.all("vaults")
    ]
    return check_references(data, vaults)  # type: ignore[arg-type]


_ANYBODY = "00000000-0000-0000-0000-000000000000"
