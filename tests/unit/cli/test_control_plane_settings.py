from pathlib import Path

import pytest

from gatepost.cli.control_plane_settings import control_plane_settings
from gatepost.values import Address, Fault


def test_nothing_has_to_be_said() -> None:
    settings = control_plane_settings({}, {"XDG_STATE_HOME": "/state"})
    assert settings.admin == Address("127.0.0.1", 8001)
    assert settings.prefix.name == "control-plane"
    assert settings.database is None


def test_flags_go_before_variables_and_kongs_mean_the_same() -> None:
    environ = {
        "KONG_ADMIN_LISTEN": "127.0.0.1:9001 reuseport, 127.0.0.1:9444 ssl",
        "KONG_CLUSTER_LISTEN": "0.0.0.0:9005",
        "GATEPOST_DATABASE": "sqlite:///x.db",
        "GATEPOST_ADMIN_NAMES": "Admin.test, other.test",
        "GATEPOST_ADMIN_TOKEN": "0123456789abcdef",
    }
    settings = control_plane_settings({"prefix": "p"}, environ)
    assert settings.admin == Address("127.0.0.1", 9001)
    assert settings.cluster == Address("0.0.0.0", 9005)
    assert (settings.database, settings.prefix) == ("sqlite:///x.db", Path("p"))
    assert settings.admin_names == {"admin.test", "other.test"}
    assert settings.admin_token is not None
    off = control_plane_settings({}, {"KONG_ADMIN_LISTEN": "off"})
    assert off.admin == Address("127.0.0.1", 8001)


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(Fault, match="16 characters"):
        control_plane_settings({}, {"GATEPOST_DATABASE_KEY": "short"})
