import gzip
import json

import msgspec
import pytest

from gatepost.idp.asking import json_reply
from gatepost.idp.faults import ELSEWHERE, EVERYWHERE, Order, status
from gatepost.values import Reply

RIGHT = json_reply({"active": True, "sub": "ann"})


def altered(
    fault: str, endpoint: str = "introspect", right: Reply = RIGHT, **more: object
) -> Reply:
    order = msgspec.convert({"fault": fault, "endpoint": endpoint, **more}, Order)
    alter = EVERYWHERE.get(fault) or ELSEWHERE[endpoint][fault]
    return alter(right, order)


@pytest.mark.parametrize(
    ("fault", "value"),
    [
        ("active-string", "true"),
        ("active-number", 1),
        ("active-null", None),
        ("active-list", [True]),
    ],
)
def test_active_is_of_another_type(fault: str, value: object) -> None:
    assert json.loads(altered(fault).body) == {"active": value, "sub": "ann"}


def test_active_is_missing() -> None:
    assert json.loads(altered("active-missing").body) == {"sub": "ann"}


@pytest.mark.parametrize("fault", ["not-json", "byte-order-mark", "empty", "html"])
def test_the_body_is_not_json(fault: str) -> None:
    with pytest.raises(msgspec.DecodeError):
        msgspec.json.decode(altered(fault).body)


@pytest.mark.parametrize("fault", ["array", "string"])
def test_the_body_is_not_an_object(fault: str) -> None:
    assert not isinstance(json.loads(altered(fault).body), dict)


def test_the_type_is_wrong_and_the_body_right() -> None:
    assert altered("wrong-type").body == RIGHT.body
    assert altered("wrong-type").media_type() == "text/html"
    assert altered("html").media_type() == "text/html"


def test_members_come_twice_with_a_lie_first() -> None:
    pairs = json.loads(altered("duplicate-keys").body, object_pairs_hook=list)
    assert pairs == [("active", False), ("active", True), ("sub", None), ("sub", "ann")]


def test_members_are_merged_and_removed() -> None:
    body = altered("merge", members={"exp": 1, "active": None}, remove=["sub"]).body
    assert json.loads(body) == {"exp": 1, "active": None}


def test_the_bomb_is_small_until_it_is_unpacked() -> None:
    bomb = altered("gzip-bomb", bytes=4 * 1024**2)
    assert len(bomb.body) < 10_000
    assert bomb.headers.get("content-encoding") == "gzip"
    whole = gzip.decompress(bomb.body)
    assert len(whole) > 4 * 1024**2
    assert json.loads(whole)["active"] is True


def test_a_deep_answer_is_too_deep_to_be_read() -> None:
    with pytest.raises(RecursionError):
        json.loads(altered("deep").body)


def test_an_empty_object_says_nothing() -> None:
    assert json.loads(altered("empty-object").body) == {}


def test_a_redirect_goes_where_it_is_told() -> None:
    moved = altered("redirect", location="http://elsewhere/")
    assert (moved.status, moved.headers.get("location")) == (307, "http://elsewhere/")


def test_the_issuer_is_another() -> None:
    right = json_reply({"issuer": "http://me", "jwks_uri": "x"})
    wrong = json.loads(altered("wrong-issuer", "discovery", right).body)
    assert wrong["issuer"] != "http://me"
    assert wrong["jwks_uri"] == "x"


def test_there_are_no_keys_or_too_many() -> None:
    right = json_reply({"keys": [{"kid": "a", "kty": "EC"}]})
    assert json.loads(altered("empty-jwks", "keys", right).body) == {"keys": []}
    many = json.loads(altered("many-keys", "keys", right).body)["keys"]
    assert len({key["kid"] for key in many}) == 10_000


def test_a_status_says_when_to_come_again_only_where_that_makes_sense() -> None:
    order = Order(fault="status", endpoint="token")
    assert status(429)(RIGHT, order).headers.get("retry-after") == "7"
    assert status(500)(RIGHT, order).headers.get("retry-after") is None
    assert status(500)(RIGHT, order).status == 500
