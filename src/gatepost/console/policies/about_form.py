"""What stands beside a policy's configuration: its own name, tags, protocols."""

from typing import Any, final

from gatepost.console.parts import Field, Form, card, prose
from gatepost.console.policies.editor import Editor

_FIELDS = (
    Field(
        "instance_name",
        "Name",
        help="What you call it, where there are several of one kind. Each has another.",
    ),
    Field("tags", "Tags", "words", help="Words by which you find things again. Enter after each."),
)


def about_it(editor: Editor) -> None:
    """Put the fields on the page."""
    with card("Name and tags"):
        for field in _FIELDS:
            editor.add(_Beside(editor, field))
        known = editor.draft.schema.protocols
        if known:
            prose("The protocols of routes on which it runs; the plugin's own when none is chosen.")
            editor.add(_Beside(editor, Field("protocols", "Protocols", "choices", options=known)))


@final
class _Beside:
    """An input of a field that is not of the configuration."""

    def __init__(self, editor: Editor, field: Field) -> None:
        self.path = field.name
        self._draft = editor.draft
        self._form = Form((field,), {field.name: editor.draft.body.get(field.name)})
        made = self._form.element(field.name)
        made.on_value_change(self._typed)
        if not editor.may:
            made.disable()

    def show(self, problem: str | None) -> None:
        """Say what is wrong with it."""
        self._form.show({self.path: problem} if problem else {}, focus=False)

    def follow(self) -> None:
        """Nothing: what an input holds is all that is shown."""

    def _typed(self) -> None:
        value: Any = self._form.values()[self.path]
        self._draft.set(self.path, value or None)
