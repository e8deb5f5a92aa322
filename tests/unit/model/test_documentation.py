import pytest

from gatepost.model import ServicePackage
from gatepost.model.documentation import LONGEST, written
from tests.unit.model.saying import mistakes


@pytest.mark.parametrize(
    "name",
    [
        "Orders",
        "<script>alert(1)</script>",
        "a/b?c#d%2f",
        "\u202eright to left\u202c",
        "\u0634\u0631\u0627\u0621",
        "x" * 250,
    ],
)
def test_a_title_is_one_line_of_anything(name: str) -> None:
    assert mistakes(ServicePackage, name=name) == {}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "empty"),
        (" a", "spaces"),
        ("a ", "spaces"),
        ("x" * 251, "250"),
        ("x" * 10_000, "250"),
        ("\x1b[31mred", "control"),
        ("a\nb", "control"),
        ("a\0b", "control"),
        ("a\x9bb", "control"),
    ],
)
def test_a_title_that_is_none_is_refused(name: str, words: str) -> None:
    assert words in mistakes(ServicePackage, name=name)["name"]


def test_a_description_is_a_document_in_small() -> None:
    assert mistakes(ServicePackage, name="a", description="x" * 10_000) == {}
    assert "document" in mistakes(ServicePackage, name="a", description="x" * 10_001)["description"]


def test_a_document_has_a_mebibyte_of_utf_8() -> None:
    assert written("x" * LONGEST)
    for text in ("x" * (LONGEST + 1), "\u20ac" * (LONGEST // 3 + 1)):
        with pytest.raises(ValueError, match="1 MiB"):
            written(text)


@pytest.mark.parametrize("text", ["a\x1b[2Jb", "\0", "\x7f"])
def test_a_document_is_text(text: str) -> None:
    assert written("# Head\r\n\ttab\n")
    with pytest.raises(ValueError, match="control"):
        written(text)
