"""A policy as text: what is saved, what differs, and how to write the same elsewhere."""

from collections.abc import Callable

from nicegui import ui

from gatepost.console.parts import card, copied, prose, text
from gatepost.console.parts.buttons import one_of
from gatepost.console.policies.editor import Editor
from gatepost.console.policies.writing import TYPED, as_curl, as_json, as_yaml, in_short


def texts(editor: Editor) -> None:
    """Put the texts on the page."""
    draft, view = editor.draft, editor.view
    if not editor.new:
        with card("Not saved yet"):
            changes = draft.changes()
            if not changes:
                prose("Nothing differs from what is stored.")
            for path, before, after in changes:
                with ui.element("div").classes("gp-diff"):
                    text(path, "mono strong", tag="p")
                    text(f"was {in_short(draft.schema, path, before)}", "gone mono", tag="p")
                    text(f"becomes {in_short(draft.schema, path, after)}", "come mono", tag="p")
    with card("As text"):
        prose(
            "Only what differs from the defaults is written. Secrets that you typed stand as "
            f"{TYPED}: put them in yourself, or better a {{vault://env/NAME}}."
        )
        base = view.api.url + (
            f"/v2/control-planes/{view.plane}/core-entities" if view.plane else ""
        )
        token = view.me.how != "loopback"
        forms: dict[str, Callable[[], str]] = {
            "kong.yaml": lambda: as_yaml(draft, editor.names),
            "JSON": lambda: as_json(draft),
            "curl": lambda: as_curl(draft, base, token=token),
        }
        choice = one_of(list(forms), "kong.yaml")
        choice.props["aria-label"] = "Form of the text"
        place = ui.element("div").classes("gp-policy-text")

        def show() -> None:
            place.clear()
            with place:
                copied(forms[str(choice.value)](), label=f"Copy as {choice.value}")

        choice.on_value_change(show)
        show()
