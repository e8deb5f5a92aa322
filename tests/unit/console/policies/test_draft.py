from typing import Any

from gatepost.console.policies.draft import STAND_IN, Draft, plain
from gatepost.plugin.canonical import expanded
from gatepost.plugins import openid_connect
from tests.unit.console.policies.schemas import OIDC, UNKNOWN

ISSUER = "https://idp.example"


def draft(**config: Any) -> Draft:
    whole = expanded(openid_connect.plugin, {"issuer": ISSUER, **config})
    return Draft(OIDC, {"id": "p1", "name": "openid-connect", "enabled": True, "config": whole})


def test_a_policy_as_it_is_stored_has_no_changes() -> None:
    made = draft(client_id=["a"])
    assert made.changes() == []
    assert made.patch() == {}
    assert made.whole()["config"] == {"issuer": ISSUER, "client_id": ["a"]}


def test_only_what_changed_is_sent_and_a_record_whole() -> None:
    made = draft(redis={"host": "a"})
    made.put("redis.port", 7.0)
    made.put("leeway", 5.0)
    made.set("enabled", False)
    change = made.patch()
    assert change["enabled"] is False
    assert set(change["config"]) == {"leeway", "redis"}
    assert (change["config"]["redis"]["host"], change["config"]["redis"]["port"]) == ("a", 7)
    assert isinstance(change["config"]["leeway"], int)


def test_a_reset_field_is_sent_as_its_default() -> None:
    made = draft(scopes=["a"])
    field = OIDC.field("scopes")
    assert field is not None
    made.reset(field)
    assert made.patch() == {"config": {"scopes": ["openid"]}}
    assert field not in made.differing()


def test_whoever_listens_hears_of_changes_alone() -> None:
    made, heard = draft(), list[str]()
    made.listeners.append(heard.append)
    made.put("leeway", 0)
    made.put("leeway", 5)
    made.set("enabled", True)
    made.set("enabled", False)
    assert heard == ["leeway", "@enabled"]


def test_a_mask_is_validated_as_some_secret_and_written_as_itself() -> None:
    made = draft(client_id=["a"], client_secret=["b"])
    made.put("client_secret", ["{masked}", "c"])
    assert made.masks()
    assert made.to_validate()["config"]["client_secret"] == [STAND_IN, "c"]
    assert made.patch() == {"config": {"client_secret": ["{masked}", "c"]}}
    assert "id" not in made.to_validate()


def test_a_new_policy_holds_nothing_that_is_a_default() -> None:
    made = Draft(UNKNOWN, {"name": "unknown", "service": None, "enabled": True})
    made.put("store.host", "redis")
    made.put("window", 60)
    assert made.whole() == {
        "name": "unknown",
        "enabled": True,
        "config": {"store": {"host": "redis"}},
    }


def test_messages_about_the_whole_are_placed_at_the_field_that_they_begin_with() -> None:
    told = "auth_methods: introspection needs client_id; http_version is 1.1 or 1.0; what is this"
    assert draft().placed({"config": told, "config.leeway": "no", "name": "x"}) == {
        "auth_methods": "auth_methods: introspection needs client_id",
        "http_version": "http_version is 1.1 or 1.0",
        "@entity": "what is this",
        "leeway": "no",
        "name": "x",
    }


def test_whole_numbers_have_no_fraction() -> None:
    assert plain({"a": [1.0, 1.5, True]}) == {"a": [1, 1.5, True]}
