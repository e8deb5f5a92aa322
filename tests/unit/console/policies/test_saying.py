from typing import Any

from gatepost.console.policies.saying import about, scope_of, title_of


def policy(**config: Any) -> dict[str, Any]:
    return {"name": "openid-connect", "config": {"issuer": "https://idp.example", **config}}


def test_a_policy_is_called_by_its_own_name_where_it_has_one() -> None:
    assert title_of(policy()) == "openid-connect"
    assert title_of(policy() | {"instance_name": "staff"}) == "staff (openid-connect)"


def test_where_it_applies_is_what_it_refers_to() -> None:
    assert scope_of(policy() | {"service": None}) == []
    assert scope_of(policy() | {"route": {"id": "r1"}, "service": {"id": "s1"}}) == [
        ("service", "s1"),
        ("route", "r1"),
    ]


def test_what_it_does_is_told_in_words() -> None:
    told = about(policy(auth_methods=["bearer", "client_credentials"], audience_required=["api"]))
    assert told == "tokens (JWT), client credentials of https://idp.example; audience required"


def test_kongs_whole_list_of_ways_is_nobodys_choice() -> None:
    whole = [
        "authorization_code", "bearer", "client_credentials", "introspection", "kong_oauth2",
        "password", "refresh_token", "session", "userinfo",
    ]  # fmt: skip
    assert about(policy(auth_methods=whole)).startswith("every way that can work")
    assert about(policy(auth_methods=["session"])).startswith("sessions alone of")


def test_of_a_plugin_that_nobody_knows_nothing_is_told() -> None:
    assert about({"name": "cors", "config": {"origins": ["*"]}}) == ""
