from gatepost.admin.shown import shown, with_old_names
from gatepost.plugin import Registry, installed
from gatepost.plugin.canonical import filled
from gatepost.store.database import Stored

PLUGIN = installed().plugin("openid-connect")
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
    one = filled(PLUGIN, {"consumer_claims": [["a", "b"]], "session_rolling_timeout": 7})
    old = with_old_names(PLUGIN, one)
    assert old["consumer_claim"] == ["a", "b"]
    assert old["session_cookie_lifetime"] == 7
    assert "session_strategy" not in old
    two = with_old_names(PLUGIN, filled(PLUGIN, {"consumer_claims": [["a"], ["b"]]}))
    assert two["consumer_claim"] is None, "two cannot be told as one"
    assert with_old_names(PLUGIN, {})["session_redis_host"] is None
