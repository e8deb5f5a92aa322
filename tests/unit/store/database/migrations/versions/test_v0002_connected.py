from gatepost.store.database.migrations.versions import v0001_first, v0002_connected


def test_it_follows_the_first() -> None:
    assert v0002_connected.down_revision == v0001_first.revision
