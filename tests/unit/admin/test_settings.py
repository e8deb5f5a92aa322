from pathlib import Path

from gatepost.admin.settings import ControlPlaneSettings
from gatepost.values import Secret


def test_a_control_plane_listens_on_loopback_unless_it_is_told_otherwise() -> None:
    settings = ControlPlaneSettings(prefix=Path("x"), admin_token=Secret("0123456789abcdef"))
    assert (str(settings.admin), str(settings.cluster)) == ("127.0.0.1:8001", "127.0.0.1:8005")
    assert settings.admin.loopback
    assert "0123456789abcdef" not in repr(settings)
