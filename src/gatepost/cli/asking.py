"""What the commands share that keep nodes and tokens: ids by their beginning, times, refusals."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from gatepost.cli.admin_client import AdminClient

_SHORTEST = 8
_LEAST = 4


def short(ids: Sequence[str]) -> dict[str, str]:
    """Return for each id how it begins: 8 characters, or as many as tell it from the others."""
    length = _SHORTEST
    longest = max(map(len, ids), default=0)
    while length < longest and len({one[:length] for one in ids}) < len(set(ids)):
        length += 1
    return {one: one[:length] for one in ids}


def chosen(items: Sequence[Mapping[str, Any]], typed: str, what: str, where: str) -> Any:
    """Return the item with an id, or the only one whose id begins so (4 characters at least).

    what: the items are called. where: the command that lists them. Raises Fault.
    """
    from gatepost.values import By, Fault

    found = [one for one in items if one["id"] == typed]
    if not found and len(typed) >= _LEAST:
        found = [one for one in items if str(one["id"]).startswith(typed.lower())]
    if len(found) == 1:
        return found[0]
    if found:
        which = ", ".join(str(one["id"]) for one in found[:5])
        message = f"Several {what}s have an id that begins with {typed!r}: {which}."
    else:
        message = f"There is no {what} with the id {typed!r}. {where} shows which there are."
    raise Fault("control_plane.unknown", message, by=By.OPERATOR)


def duration(text: str, option: str = "--for") -> float:
    """Return seconds. Raises typer.BadParameter, which names the option."""
    from gatepost.cli.settings import seconds

    try:
        return seconds(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None


def make(client: "AdminClient", path: str, wish: Mapping[str, Any], said: Mapping[str, str]) -> Any:
    """Create something and return it.

    said: fields by the option or argument that filled them, so that a refusal names what was typed.
    Raises typer.BadParameter for such a field, Fault for every other error.
    """
    import json

    body = json.dumps(wish).encode()
    answer = client.call("POST", path, body, {"Content-Type": "application/json"})
    value = answer.json()
    fields = value.get("fields") if answer.status == 400 and isinstance(value, dict) else None
    for field, message in (fields or {}).items():
        if field in said:
            raise typer.BadParameter(str(message), param_hint=said[field])
    return client.good(answer)
