from typing import Any

from gatepost.model import KINDS
from gatepost.store.flatten import Item
from gatepost.store.standing import Current
from tests.unit.model.pems import pair
from tests.unit.store.whole import Forms, everything, snapshot_of, uid


def _there(*tags: str) -> Current:
    return Current(everything(), tags, Forms(), now=9)


def _item(kind: str, **raw: Any) -> Item:
    return Item(kind, raw, (kind, 0))


def test_every_entity_with_a_name_is_found_by_what_it_says() -> None:
    unnamed = {uid(19), uid(21), uid(23)}
    for kind in KINDS:
        for entity in getattr(everything(), kind):
            raw = entity.model_dump(mode="json")
            del raw["id"]
            found = _there().match(_item(kind, **raw))
            assert found == (entity.id if raw.get("name") or entity.id not in unnamed else None)


def test_names_compare_as_they_are_unique() -> None:
    there = _there()
    assert there.match(_item("upstreams", name="BACKEND.internal")) == uid(15)
    assert there.match(_item("targets", target="[0:0::1]:8080", upstream=uid(15))) == uid(17)
    assert there.match(_item("snis", name="A.example.com")) == uid(24)
    assert there.match(_item("ca_certificates", cert=pair("authority", authority=True)[0])) == uid(
        3
    )
    assert there.match(_item("services", name=3)) is None
    assert there.match(_item("ca_certificates", cert="no certificate")) is None


def test_two_entries_with_one_certificate_are_two_entities() -> None:
    cert, key = pair("twice")
    both = snapshot_of(
        certificates=[{"id": uid(n), "cert": cert, "key": key} for n in (1, 2)],
    )
    there = Current(both, (), Forms(), now=9)
    found = [there.match(_item("certificates", cert=cert)) for _ in range(2)]
    assert found == [uid(1), uid(2)]


def test_what_is_not_selected_is_found_by_name_and_its_id_is_taken() -> None:
    there = _there("team")
    assert there.find("upstreams", "backend.INTERNAL") == uid(15)
    assert there.find("services", uid(19)) == uid(19)
    assert there.find("services", "orders") is None  # it is selected, so it has to be in the file
    assert there.taken("services", uid(19))
    assert not there.taken("services", uid(18))


def test_what_is_new_is_as_old_as_the_file_says_or_new() -> None:
    told: list[Any] = []
    new, old = _item("services", name="a"), _item("services", name="b", created_at=2, updated_at=3)
    _there().complete([new, old], told)
    assert (new.raw["created_at"], new.raw["updated_at"]) == (9, 9)
    assert (old.raw["created_at"], old.raw["updated_at"]) == (2, 3)
    assert told == []
