"""A dialog that changes some fields of an entity that is there."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gatepost.console.admin_api import Invalid
from gatepost.console.parts.bits import prose, row
from gatepost.console.parts.buttons import action, primary
from gatepost.console.parts.dialogue import answer_of, dialogue
from gatepost.console.parts.fields import Fields
from gatepost.console.parts.form import Field
from gatepost.console.parts.saving import Held

Body = Callable[[Mapping[str, Any]], dict[str, Any]]


async def edited(
    held: Held,
    title: str,
    fields: Sequence[Field],
    *,
    values: Mapping[str, Any] | None = None,
    more: Sequence[Field] = (),
    body: Body = dict,
    words: str = "",
    yes: str = "Save",
) -> bool:
    """Let fields be changed and save those that are other than they were; return whether.

    values: of the form, where they are not those of the entity. body: makes what is sent of them.
    """
    with dialogue(title, typed=True) as dialog:
        if words:
            prose(words)
        form = Fields(fields, more, held.value if values is None else values)

        async def save() -> None:
            if await save_form(held, form, body):
                dialog.submit(True)

        with row("gp-end"):
            action("Cancel", lambda: dialog.submit(False))
            primary(yes, save)
    return bool(await answer_of(dialog))


async def save_form(held: Held, form: Fields, body: Body = dict) -> bool:
    """Save what was changed in a form; return whether it is saved, also when nothing changed."""
    if not form.check():
        return False
    form.clear()
    try:
        changes = body(form.changed())
    except Invalid as invalid:
        form.told(invalid)
        return False
    return not changes or await held.save(changes, form)
