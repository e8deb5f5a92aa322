import itertools
from typing import Any

import pytest

from gatepost.console.policies.draft import Draft
from gatepost.console.policies.goal_table import QUESTIONS, STRICTNESSES, WAYS
from gatepost.console.policies.goals import (
    advice,
    answer,
    asked,
    chosen,
    headers,
    is_loopback,
    is_on,
    methods_for,
    nobody_chose,
    others,
    told,
    turned,
    written,
)
from gatepost.plugins.openid_connect.config import ALL_METHODS, OpenIdConnectConfig
from tests.unit.console.policies.schemas import OIDC

NAMES = [way.name for way in WAYS]


def default(path: str) -> Any:
    field = OIDC.field(path)
    assert field is not None
    return field.default


def draft(**config: Any) -> Draft:
    return Draft(OIDC, {"name": "openid-connect", "config": dict(config)})


def turn(made: Draft, way: str, *, on: bool) -> None:
    for path, value in turned(way, on=on, get=made.value, default=default).items():
        made.put(path, value)


@pytest.mark.parametrize(
    "ways", [one for size in (1, 2, 4) for one in itertools.combinations(NAMES, size)], ids="+".join
)
def test_what_was_chosen_is_valid_and_recognised(ways: tuple[str, ...]) -> None:
    made = draft(issuer="https://idp.example", client_id=["gateway"], client_secret=["s"])
    for way in ways:
        turn(made, way, on=True)
    config = made.whole()["config"]
    read = OpenIdConnectConfig.model_validate(config)
    assert chosen(config["auth_methods"]) == tuple(n for n in NAMES if n in ways)
    assert set(read.methods) == {m for way in WAYS if way.name in ways for m in way.methods}
    for one in STRICTNESSES:
        assert is_on(one, made.value) is (one.proposed and bool(set(one.ways) & set(ways)))


def test_openid_is_asked_for_where_people_log_in_and_not_for_applications_alone() -> None:
    made = draft()
    turn(made, "applications", on=True)
    assert made.value("scopes") == []
    turn(made, "people", on=True)
    assert made.value("scopes") == ["openid"]
    turn(made, "people", on=False)
    assert made.value("scopes") == []
    turn(made, "applications", on=False)
    assert made.value("scopes") == ["openid"]
    mine = draft(scopes=["read"])
    turn(mine, "applications", on=True)
    assert mine.value("scopes") == ["read"]


def test_a_way_that_is_taken_away_takes_what_came_with_it() -> None:
    made = draft()
    turn(made, "people", on=True)
    turn(made, "tokens", on=True)
    turn(made, "people", on=False)
    assert made.value("require_proof_key_for_code_exchange") is None
    assert made.value("leeway") == 5
    turn(made, "tokens", on=False)
    assert made.value("leeway") == 0
    assert made.value("auth_methods") == []


def test_what_somebody_decided_stays() -> None:
    made = draft(leeway=60, bearer_token_param_type=["query"])
    turn(made, "tokens", on=True)
    assert (made.value("leeway"), made.value("bearer_token_param_type")) == (60, ["query"])


def test_methods_of_no_way_are_kept() -> None:
    assert others(["password", "session", "bearer"]) == ("password", "session")
    assert others(["authorization_code", "session"]) == ()
    assert methods_for(["tokens"], ["password", "bearer"]) == ["bearer", "password"]


@pytest.mark.parametrize("methods", [None, [], list(ALL_METHODS)])
def test_kongs_default_is_nobodys_choice(methods: list[str] | None) -> None:
    assert nobody_chose(methods)
    assert chosen(methods) == ()
    assert methods_for(["tokens"], methods) == ["bearer"]


def test_one_entry_of_a_list_is_asked_for_and_the_others_stay() -> None:
    client = next(one for one in QUESTIONS if one.path == "client_id")
    assert answer(client, ["a", "b"]) == "a"
    assert answer(client, None) is None
    assert written(client, "c", ["a", "b"]) == ["c", "b"]
    assert written(client, None, ["a"]) is None
    issuer = QUESTIONS[0]
    assert written(issuer, answer(issuer, "x"), "y") == "x"


def test_questions_are_those_of_the_ways() -> None:
    assert "client_id" not in [one.path for one in asked(["tokens"], "provider")]
    assert "client_id" in [one.path for one in asked(["tokens", "people"], "provider")]
    assert asked(["tokens"], "login") == []


def test_the_upstream_is_told_pairs() -> None:
    made = draft()
    for path, value in told([("sub", "X-User"), ("", " ")]).items():
        made.put(path, value)
    assert headers(made.value) == [("sub", "X-User")]
    assert told([]) == {"upstream_headers_claims": None, "upstream_headers_names": None}


def test_what_is_not_wise_is_said() -> None:
    unwise = draft(issuer="http://idp.example", ssl_verify=False)
    paths = [one.path for one in advice(["tokens", "people"], unwise.value)]
    assert paths == ["issuer", "audience_required", "session_secret", "ssl_verify"]
    wise = draft(issuer="http://127.0.0.1:9", audience_required=["api"])
    assert list(advice(["tokens"], wise.value)) == []


@pytest.mark.parametrize(
    ("address", "is_so"),
    [
        ("http://localhost:1", True),
        ("http://[::1]/", True),
        ("http://10.0.0.1", False),
        ("http://localhost.evil.example", False),
        ("http://[", False),
        ("", False),
    ],
)
def test_loopback_is_this_machine(address: str, *, is_so: bool) -> None:
    assert is_loopback(address) is is_so
