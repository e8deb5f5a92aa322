from pathlib import Path

from gatepost.node.settings import NodeSettings
from gatepost.values import Secret

SETTINGS = NodeSettings(
    Path("kong.yaml"),
    Path("/srv/node"),
    status_token=Secret("a-long-status-token"),
    environment={"PATH": "/bin"},
    vault={"CLIENT_SECRET": "hush-hush"},
)


def test_nothing_listens_beyond_this_machine_unless_told() -> None:
    for address in (SETTINGS.proxy, SETTINGS.proxy_ssl, SETTINGS.status):
        assert address is not None
        assert address.loopback


def test_secrets_are_not_printed() -> None:
    assert "hush-hush" not in repr(SETTINGS)
    assert "a-long-status-token" not in repr(SETTINGS)


def test_there_is_at_least_one_worker_and_one_authorizer() -> None:
    assert SETTINGS.workers >= 1
    assert SETTINGS.authorizers >= 1
