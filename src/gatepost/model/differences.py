"""What changed from one Snapshot to the next, as far as remembered decisions rest on it."""

from gatepost.model.snapshot import Snapshot


def changed_consumers(old: Snapshot, new: Snapshot) -> set[tuple[str, str]]:
    """Return the look-ups, (field, value), whose answer is not what it was.

    field is ``id``, ``username`` or ``custom_id``. A consumer that came, went, or changed in any
    way is named by all it was found by before and all it is found by now, so that "not found"
    is revoked as well as "found".
    """
    before, now = ({c.id: c for c in snapshot.consumers} for snapshot in (old, new))
    found: set[tuple[str, str]] = set()
    for ident in before.keys() | now.keys():
        was, is_ = before.get(ident), now.get(ident)
        if was != is_:
            for consumer in (was, is_):
                if consumer is not None:
                    found.update(consumer.look_ups())
    return found
