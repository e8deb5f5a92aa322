"""The one place through which every write of an entity goes, within its transaction.

What is written here is there exactly when the change itself is: the audit log is kept so.
"""

from typing import Any

from gatepost.admin.ask import Ask
from gatepost.admin.audit import noted
from gatepost.admin.caller import Caller
from gatepost.admin.looking import is_id
from gatepost.admin.plugin_forms import RegistryForms
from gatepost.model import CATALOG
from gatepost.plugin import installed
from gatepost.store.database import AuditEntry, Stored, Writer
from gatepost.store.masking import brief, hidden
from gatepost.values.secret import MASK

_NAMED_BY_SECRETS = frozenset(
    word
    for kind in CATALOG.values()
    if kind.key in kind.secret
    for word in (kind.path, kind.nested)
)
_NAMES = ("name", "username", "prefix", "instance_name", "target", "group", "version")


async def changed(
    writer: Writer,
    caller: Caller,
    action: str,
    kind: str,
    before: Stored | None,
    after: Stored | None,
) -> None:
    """Note a change. action: ``create``, ``update`` or ``delete``; kind: of the entity.

    before, after: as they are stored, with their secrets; None where there is nothing.
    """
    one = after or before
    if one is None:
        return
    forms = RegistryForms(installed())
    was, is_ = (
        brief(kind, hidden(kind, side.body, forms)) if side else None for side in (before, after)
    )
    if before and after and was is not None and is_ is not None:
        hides = _stays(was, is_) and not _stays(before.body, after.body)
        if hides:
            is_["secrets_changed"] = True
    await writer.audit(
        AuditEntry(
            who=caller.name,
            how=caller.way,
            action=action,
            kind=kind,
            entity=one.id,
            name=next((str(one.body[key]) for key in _NAMES if one.body.get(key)), None),
            before=was,
            after=is_,
        )
    )


async def revealed(ask: Ask) -> None:
    """Note that somebody is about to be shown secrets."""
    await noted(ask, "reveal", "secrets", after={"path": without_secrets(ask.path)})


def without_secrets(path: str) -> str:
    """Return a path in which no secret stands: some entities have one that is their name."""
    steps = path.split("/")
    for place, step in enumerate(steps):
        named = place > 0 and steps[place - 1] in _NAMED_BY_SECRETS
        if named and not is_id(step):
            steps[place] = MASK
    return "/".join(steps)


def _stays(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return {**one, "updated_at": 0} == {**other, "updated_at": 0}
