import pytest

from gatepost.console.collection import Collection
from tests.unit.console.collection.calls import EVERY, PERSON


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Orders", "Orders.x"),
        ("Büro 7", "Buro-7.x"),
        ("../../etc/passwd", "etc-passwd.x"),
        ("\u202e\x00", "collection.x"),
        ("a" * 10_000, "a" * 60 + ".x"),
    ],
)
def test_a_file_has_a_name_that_every_system_takes(name: str, file: str) -> None:
    assert Collection(name).file_name("x") == file


def test_secrets_are_not_in_what_is_printed() -> None:
    assert "canary" not in repr(EVERY)
    assert "canary" not in repr(PERSON)
