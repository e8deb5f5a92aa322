from gatepost.store.database.migrations.versions import v0002_connected, v0003_traces


def test_it_follows_the_second() -> None:
    assert v0003_traces.down_revision == v0002_connected.revision
