import pytest

from gatepost.store.database.sealing import Seal
from gatepost.values import Fault

KEY = b"0123456789abcdef"


def test_what_is_sealed_opens_at_its_place_alone() -> None:
    seal = Seal(KEY)
    sealed = seal.close(b"body", "plane", "services", "1")
    assert b"body" not in sealed
    assert seal.open(sealed, "plane", "services", "1") == b"body"
    assert Seal(KEY).open(sealed, "plane", "services", "1") == b"body"
    for place in (("plane", "services", "2"), ("planes", "ervices", "1"), ("plane", "services")):
        with pytest.raises(Fault) as caught:
            seal.open(sealed, *place)
        assert caught.value.code == "database.damaged"


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x02" + bytes(40), b"\x01" + bytes(40)])
def test_what_was_changed_or_sealed_otherwise_does_not_open(sealed: bytes) -> None:
    with pytest.raises(Fault, match=r"database\.damaged"):
        Seal(KEY).open(sealed, "a")


def test_another_key_opens_nothing() -> None:
    sealed = Seal(KEY).close(b"body", "a")
    with pytest.raises(Fault):
        Seal(KEY[::-1]).open(sealed, "a")
    with pytest.raises(ValueError, match="16 bytes"):
        Seal(b"short")


def test_equal_contents_are_sealed_differently() -> None:
    seal = Seal(KEY)
    assert seal.close(b"body", "a") != seal.close(b"body", "a")


def test_a_digest_is_equal_for_equal_texts_at_one_place() -> None:
    seal = Seal(KEY)
    assert seal.digest("s", "kind", "key") == Seal(KEY).digest("s", "kind", "key")
    others = [seal.digest("s", "kind", "name"), seal.digest("t", "kind", "key")]
    assert seal.digest("s", "kind", "key") not in [
        *others,
        Seal(KEY[::-1]).digest("s", "kind", "key"),
    ]
