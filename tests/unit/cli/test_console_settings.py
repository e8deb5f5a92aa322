from pathlib import Path

import pytest

from gatepost.cli.console_settings import console_settings
from gatepost.values import Address, Fault


def test_nothing_has_to_be_said() -> None:
    settings = console_settings({}, {"XDG_STATE_HOME": "/state"})
    assert settings.listen == Address("127.0.0.1", 8002)
    assert settings.admin == "http://127.0.0.1:8001"
    assert settings.prefix.name == "console"


def test_flags_go_before_variables() -> None:
    environ = {
        "GATEPOST_CONSOLE_LISTEN": "0.0.0.0:1",
        "GATEPOST_ADMIN_URL": "https://admin.example/api/",
        "GATEPOST_CONSOLE_NAMES": "Console.example, b",
        "GATEPOST_CONSOLE_SECURE": "on",
        "GATEPOST_PREFIX": "/p",
    }
    settings = console_settings({"listen": "9002", "admin": None}, environ)
    assert settings.listen == Address("127.0.0.1", 9002)
    assert settings.admin == "https://admin.example/api"
    assert settings.names == {"console.example", "b"}
    assert (settings.secure, settings.prefix) == (True, Path("/p"))


@pytest.mark.parametrize("url", ["ftp://x", "http://", "http://a:b@x", "http://x/?q", "http://x#f"])
def test_what_is_no_admin_api_is_refused(url: str) -> None:
    with pytest.raises(Fault) as caught:
        console_settings({"admin": url}, {})
    assert caught.value.code == "settings.invalid"
