from gatepost.oidc import Client
from gatepost.values import Secret


def test_a_client_does_not_show_its_secret() -> None:
    assert "canary" not in repr(Client("gate", Secret("canary-1")))
    assert Client("gate").secret is None
