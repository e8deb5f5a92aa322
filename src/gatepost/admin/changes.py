"""The one place through which every write of an entity goes, within its transaction.

What is written here is there exactly when the change itself is: the audit log is kept so.
"""

from gatepost.admin.ask import Ask
from gatepost.admin.caller import Caller
from gatepost.store.database import Stored, Writer


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


async def revealed(ask: Ask) -> None:
    """Note that somebody is about to be shown secrets."""
