import pytest
from nicegui.elements.upload_files import SmallFileUpload

from gatepost.console.parts import Field, Form
from gatepost.console.parts.pem_field import from_file
from tests.unit.console.hands import field, problem, until
from tests.unit.console.shown import shown, ui

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("content", "value", "wrong"),
    [(b"-----BEGIN", "-----BEGIN", ""), (b"\x30\x82\xff", "", "The file is no text.")],
)
async def test_a_file_is_read_into_its_field(content: bytes, value: str, wrong: str) -> None:
    def draw() -> None:
        form = Form((Field("cert", "Certificate", "area"),))
        from_file(form, "cert", "Read it from a file", accept=".pem")

    async with shown(draw) as user:
        await user.should_see("Certificate")
        (made,) = user.find(kind=ui.upload).elements
        await made.handle_uploads([SmallFileUpload("cert.pem", "text/plain", content)])
        await until(
            lambda: field(user, "cert").value == value and problem(user, "cert")[:20] == wrong
        )
