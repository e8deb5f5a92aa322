"""A file of the person's machine, read into a field of a form."""

from typing import Any

from nicegui import ui

from gatepost.console.parts.bits import row
from gatepost.console.parts.form import Form


def from_file(form: Form, name: str, words: str, *, accept: str = "", most: int = 262_144) -> None:
    """Put a button that reads a text file into a field. most: bytes of it."""

    async def came(event: Any) -> None:
        content = await event.file.read()
        try:
            form.set(name, content.decode())
        except UnicodeDecodeError:
            form.show({name: "The file is no text. A certificate must be PEM, not DER."})
        made.reset()

    def refused() -> None:
        form.show({name: f"The file is larger than {most // 1024:,} KiB."})

    made = ui.upload(
        on_upload=came, on_rejected=refused, auto_upload=True, max_file_size=most
    ).classes("gp-upload")
    if accept:
        made.props["accept"] = accept
    with row():
        button = ui.button(words, icon="upload_file", color=None).props("outline no-caps")
    # the browser opens its dialog only for who has just clicked: not by way of the server
    button.classes("gp-button").on("click", js_handler=f"() => getElement({made.id}).pickFiles()")
