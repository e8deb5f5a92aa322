from pathlib import Path

from gatepost.console import ConsoleSettings
from gatepost.values import Address


def test_it_listens_on_loopback_and_speaks_to_the_control_plane_here_unless_told() -> None:
    settings = ConsoleSettings(prefix=Path("x"))
    assert settings.listen == Address("127.0.0.1", 8002)
    assert settings.admin == "http://127.0.0.1:8001"
    assert not settings.names
