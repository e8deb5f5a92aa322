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


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("KONG_ADMIN_LISTEN", "off", "needs an address"),
        ("KONG_ADMIN_LISTEN", "0.0.0.0:8444 http2 ssl", "with admin_ssl_cert it speaks TLS"),
        ("KONG_CLUSTER_LISTEN", "off", "needs an address"),
    ],
)
def test_an_address_of_kongs_that_cannot_be_served_is_refused(
    variable: str, value: str, told: str
) -> None:
    with pytest.raises(Fault, match=told):
        control_plane_settings({}, {variable: value})


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(Fault, match="16 characters"):
        control_plane_settings({}, {"GATEPOST_DATABASE_KEY": "short"})


def test_what_may_be_tried_is_named() -> None:
    environ = {
        "GATEPOST_TRY_GATEWAYS": "https://API.example/, http://10.0.0.1:8000",
        "GATEPOST_TRY_VARIABLES": "IDP_SECRET, NOT_HERE",
        "IDP_SECRET": "hush",
    }
    trying = control_plane_settings({}, environ).trying
    assert trying.gateways == ("https://api.example", "http://10.0.0.1:8000")
    assert trying.variables == {"IDP_SECRET": "hush"}
    assert "hush" not in repr(trying)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("GATEPOST_TRY_GATEWAYS", "api.example"),
        ("GATEPOST_TRY_GATEWAYS", "https://api.example/path"),
        ("GATEPOST_TRY_GATEWAYS", "https://a@api.example"),
        ("GATEPOST_TRY_GATEWAYS", "https://api.example:x"),
        ("GATEPOST_TRY_VARIABLES", "A,GATEPOST_ADMIN_TOKEN"),
    ],
)
def test_what_may_not_be_tried_is_refused(variable: str, value: str) -> None:
    with pytest.raises(Fault, match=variable):
        control_plane_settings({}, {variable: value})
