from typing import Any

from gatepost.admin.plugin_config import canonical_config, fields_of, merged_config
from gatepost.model import Violation
from gatepost.plugin import installed

CONFIG = {"issuer": "https://a.test"}


def canonical(**data: Any) -> tuple[dict[str, Any], list[Violation]]:
    return canonical_config(installed(), {"name": "openid-connect", **data}, None)


def test_defaults_are_left_out_and_protocols_are_the_plugins() -> None:
    data, found = canonical(config={**CONFIG, "timeout": 10000, "anonymous": None})
    assert not found
    assert data["config"] == CONFIG
    assert sorted(data["protocols"]) == ["grpc", "grpcs", "http", "https"]


def test_mistakes_are_told_by_field() -> None:
    _, found = canonical(config={"issuer": 7, "nonsense": 1})
    assert {violation.at for violation in found} == {("config", "issuer"), ("config", "nonsense")}
    assert canonical(config=[])[1] == [Violation(("config",), "expected a record")]
    assert canonical(config=CONFIG, consumer="x")[1] == [
        Violation(("consumer",), "value must be null")
    ]
    _, found = canonical(config={**CONFIG, "client_secret": ["{masked}"]})
    assert found[0].at[:2] == ("config", "client_secret")
    _, found = canonical_config(installed(), {"name": "no-such"}, None)
    assert "not enabled" in found[0].message


def test_a_change_is_laid_over_what_is_stored() -> None:
    stored = {"name": "openid-connect", "config": {**CONFIG, "timeout": 5}}
    registry = installed()
    assert merged_config(registry, stored, {"config": {"timeout": 6}})["config"] == {
        **CONFIG,
        "timeout": 6,
    }
    assert merged_config(registry, stored, {"enabled": False})["config"] == stored["config"]
    assert merged_config(registry, stored, {"name": "other"})["config"] == {}
    assert merged_config(registry, stored, {"config": 7})["config"] == 7


def test_a_form_of_a_plugin_is_typed_by_the_plugins_schema() -> None:
    fields = fields_of(installed(), "plugins", "openid-connect")
    config = next(one["config"] for one in fields if "config" in one)
    assert any("timeout" in one for one in config["fields"])
    assert fields_of(installed(), "plugins", "no-such") == fields_of(installed(), "plugins", None)
