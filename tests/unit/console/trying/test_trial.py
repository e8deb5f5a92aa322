import base64

import pytest

from gatepost.console.collection import Order
from gatepost.console.trying import Tokens, Trial
from gatepost.console.trying.trial import KEPT, is_json
from gatepost.values import Secret

ORDER = Order("http://idp/token", "client_credentials", "app", "canary-secret")
ANSWER = {
    "status": 201,
    "mark": "m",
    "headers": [["content-type", "application/json; charset=utf-8"]],
}


def trial(way: str = "none") -> Trial:
    made = Trial(gateway="http://gw:8000", path="/a?b=c", order=ORDER)
    made.tokens = Tokens(Secret("canary-token"))
    made.way = way  # type: ignore[assignment]
    return made


def test_a_request_carries_the_credential_that_was_chosen() -> None:
    assert trial().request()["headers"] == []
    assert trial("chained").request()["headers"] == [["Authorization", "Bearer canary-token"]]
    ((_, value),) = trial("basic").request()["headers"]
    assert base64.b64decode(value.removeprefix("Basic ")) == b"app:canary-secret"


def test_each_request_has_a_mark_of_its_own_that_a_trace_is_found_by() -> None:
    marks = {trial().request()["mark"] for _ in range(10)}
    assert len(marks) == 10
    assert all(len(one) <= 64 and one.replace("-", "").isalnum() for one in marks)


def test_secrets_are_not_in_what_is_printed() -> None:
    made = trial("bearer")
    made.note(ANSWER)
    made.collection = made.collection.__class__("c", (made.call(),))
    assert "canary" not in repr(made)


def test_explain_is_asked_about_the_same_request() -> None:
    made = trial("bearer")
    made.host, made.body, made.method = "api.test", "x", "POST"
    told = made.described()
    assert told["url"] == "http://api.test/a?b=c"
    assert told["headers"] == [["Authorization", "Bearer canary-token"]]
    assert (told["method"], told["body"]) == ("POST", "x")
    assert "host" in made.request()


def test_what_is_saved_can_be_taken_again() -> None:
    made = trial("bearer")
    made.host, made.headers = "api.test", (("X-A", "1"),)
    saved = made.call("Mine", ANSWER)
    assert (saved.expects, saved.is_json, saved.token) == (201, True, "canary-token")
    other = Trial()
    other.load(saved)
    assert (other.host, other.headers, other.path) == ("api.test", (("X-A", "1"),), "/a?b=c")
    assert other.authorization() == "Bearer canary-token"


def test_a_token_that_was_got_is_not_in_what_is_saved() -> None:
    assert trial("chained").call().token == ""


def test_the_history_has_an_end() -> None:
    made = trial()
    for _ in range(KEPT + 5):
        made.note(ANSWER)
    assert len(made.history) == KEPT


def test_a_refresh_token_that_was_not_renewed_stays_good() -> None:
    first = Tokens.of({"access_token": "a", "refresh_token": "r"})
    second = Tokens.of({"access_token": "b", "scope": "read"}, first)
    assert second.refresh is not None
    assert second.refresh.reveal() == "r"
    third = Tokens.of({"access_token": "b", "refresh_token": "s"}, first)
    assert third.refresh is not None
    assert third.refresh.reveal() == "s"
    for wrong in ({}, {"access_token": ""}, {"access_token": 7}):
        with pytest.raises(ValueError, match="access token"):
            Tokens.of(wrong)


@pytest.mark.parametrize(
    ("kind", "yes"),
    [("application/json", True), ("application/problem+json; a=b", True), ("text/html", False)],
)
def test_what_calls_itself_json_is_json(kind: str, *, yes: bool) -> None:
    assert is_json({"headers": [["Content-Type", kind]]}) is yes
    assert not is_json({})


def test_a_certificate_is_only_passed_over_where_there_is_one() -> None:
    made = trial()
    made.insecure = True
    assert "insecure" not in made.request()
    made.gateway = "https://gw:8443"
    assert made.request()["insecure"] is True
