from typing import Any

from gatepost.store.masking import PlainForms, brief, hidden, put_back
from gatepost.values.secret import MASK
from tests.unit.store.whole import Forms, everything


def test_secrets_are_hidden_and_put_back() -> None:
    whole = everything()
    for kind in ("certificates", "keys", "keyauth_credentials", "basicauth_credentials", "plugins"):
        for entity in getattr(whole, kind):
            body = entity.model_dump(mode="json")
            shown: dict[str, Any] = hidden(kind, body, Forms())
            assert list(put_back(kind, shown, body, Forms())) == []
            assert shown == body


def test_what_is_hidden_does_not_change_what_it_was_made_of() -> None:
    body = {"pem": {"private_key": "x", "public_key": "y"}, "jwk": None}
    assert hidden("keys", body, Forms())["pem"] == {"private_key": MASK, "public_key": "y"}
    assert body["pem"] == {"private_key": "x", "public_key": "y"}


def test_references_and_empty_values_are_shown() -> None:
    for value in ("{vault://env/X}", None, ""):
        assert hidden("keyauth_credentials", {"key": value}, Forms()) == {"key": value}


def test_a_mask_for_nothing_is_told_with_its_place() -> None:
    raw = {"pem": {"private_key": MASK}}
    assert [at for at, _ in put_back("keys", raw, None, Forms())] == [("pem", "private_key")]
    plugin = {"name": "p", "config": {"secret": MASK}}
    assert [at for at, _ in put_back("plugins", plugin, {}, Forms())] == [("config", "secret")]


def test_without_knowledge_of_plugins_configurations_pass_as_they_are() -> None:
    forms, config = PlainForms(), {"secret": "x"}
    assert forms.canonical("p", config) == forms.masked("p", config) == config
    assert forms.unmasked("p", config, {}) == (config, [])


def test_a_long_text_is_told_by_its_length_and_what_it_is() -> None:
    body = {"name": "x" * 500, "document": "y" * 500}
    told = brief("service_packages", body)
    assert told["name"] == body["name"]
    assert told["document"].startswith("500 characters, SHA-256 ")
    assert told["document"] != brief("service_packages", body | {"document": "z" * 500})["document"]
    assert body["document"] == "y" * 500
    for text in ("y" * 200, None):
        assert brief("service_packages", {"document": text}) == {"document": text}
