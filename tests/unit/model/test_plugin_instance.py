import pytest

from gatepost.model import Plugin
from tests.unit.model.saying import ID, mistakes


def test_a_plugin_is_global_and_enabled_unless_told() -> None:
    plugin = Plugin(id=ID, name="cors")
    assert (plugin.service, plugin.route, plugin.consumer) == (None, None, None)
    assert plugin.enabled
    assert plugin.config == {}
    assert plugin.protocols == ("grpc", "grpcs", "http", "https")


def test_two_plugins_do_not_share_their_default_configuration() -> None:
    assert Plugin(id=ID, name="a").config is not Plugin(id=ID, name="b").config


def test_the_configuration_is_never_shown() -> None:
    assert "s3cret" not in repr(Plugin(id=ID, name="a", config={"client_secret": "s3cret"}))


@pytest.mark.parametrize(
    "field", ["ordering", "consumer_group", "condition", "partials", "_config"]
)
def test_what_comes_later_is_refused(field: str) -> None:
    assert "not supported yet" in mistakes(Plugin, name="a", **{field: {"x": 1}})[field]


def test_protocols_are_words_of_kong() -> None:
    assert mistakes(Plugin, name="a", protocols=["http", "ws", "tcp"]) == {}
    assert mistakes(Plugin, name="a", protocols=["htp"]).keys() == {"protocols.0"}
    assert mistakes(Plugin, name="a", protocols=[]).keys() == {"protocols"}


def test_the_configuration_is_a_map() -> None:
    assert mistakes(Plugin, name="a", config=[1]) == {"config": "expected a map"}
