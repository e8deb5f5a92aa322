from gatepost.admin.shown import shown
from gatepost.plugin import Registry, installed
from gatepost.store.database import Stored

ID = "01234567-89ab-4def-8123-456789abcdef"


def stored(config: dict[str, object]) -> Stored:
    body = {
        "id": ID,
        "name": "openid-connect",
        "config": config,
        "route": ID,
        "protocols": ["http"],
    }
    return Stored(body, 1)


def test_a_plugin_is_shown_with_every_default_and_without_secrets() -> None:
    one = stored({"issuer": "https://a.test", "client_secret": ["s"]})
    config = shown("plugins", one, installed())["config"]
    assert config["timeout"] == 10000
    assert config["client_secret"] == ["{masked}"]
    assert shown("plugins", one, installed())["route"] == {"id": ID}
    revealed = shown("plugins", one, installed(), reveal=True)["config"]
    assert revealed["client_secret"] == ["s"]


def test_of_a_plugin_that_is_gone_nothing_is_shown() -> None:
    one = stored({"issuer": "https://a.test"})
    assert shown("plugins", one, Registry([]))["config"] == {"issuer": "{masked}"}


def test_values_stand_under_their_old_names_too() -> None:
    one = stored({"consumer_claims": [["a", "b"]], "session_rolling_timeout": 7})
    config = shown("plugins", one, installed())["config"]
    assert config["consumer_claim"] == ["a", "b"]
    assert config["session_cookie_lifetime"] == 7
    assert "session_strategy" not in config
