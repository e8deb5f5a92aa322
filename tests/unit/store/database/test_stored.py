from gatepost.store.database import Removed, Stored


def test_an_entity_knows_its_id_and_does_not_show_its_secrets() -> None:
    stored = Stored({"id": "1", "key": "s3cret"}, 7)
    assert stored.id == "1"
    assert "s3cret" not in repr(stored)
    assert "s3cret" not in repr(Removed("x", "1", {"key": "s3cret"}))
