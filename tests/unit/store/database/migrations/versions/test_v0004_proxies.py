from gatepost.store.database.migrations.versions import v0003_traces, v0004_proxies


def test_it_follows_the_second() -> None:
    assert v0004_proxies.down_revision == v0003_traces.revision
