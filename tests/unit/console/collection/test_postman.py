import json
from typing import Any

from gatepost.console.collection import Collection, postman
from tests.unit.console.collection.calls import CANARIES, EVERY, GET, HOSTILE, POST, STRANGE


def whole(collection: Collection, *, with_secrets: bool = False) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(postman.exported(collection, with_secrets=with_secrets))
    return read


def script(item: dict[str, Any]) -> str:
    return "\n".join(item["event"][0]["script"]["exec"])


def test_the_request_for_a_token_sets_what_the_calls_send() -> None:
    written = whole(Collection("Orders", (GET, POST)))
    assert written["info"]["schema"].endswith("/v2.1.0/collection.json")
    asking, first, second = written["item"]
    assert 'pm.collectionVariables.set("access_token"' in script(asking)
    for call in (first, second):
        (bearer,) = call["request"]["auth"]["bearer"]
        assert bearer["value"] == "{{access_token}}"
    assert first["request"]["url"] == "{{gateway}}/orders?a=b"
    assert "to.have.status(201)" in script(second)
    assert "within(200, 399)" in script(first)


def test_secrets_are_variables_that_are_empty_unless_they_are_wanted() -> None:
    text = postman.exported(EVERY)
    assert not [one for one in CANARIES if one in text]
    values = {one["key"]: one["value"] for one in whole(EVERY, with_secrets=True)["variable"]}
    assert set(CANARIES) <= set(values.values())
    assert values["access_token"] == ""
    kinds = {one["key"]: one["type"] for one in whole(EVERY)["variable"]}
    secret = {name for name, kind in kinds.items() if kind == "secret"}
    assert {"client_secret", "password", "token", "access_token_2"} <= secret
    assert kinds["client_id"] == "string"


def test_nothing_that_somebody_wrote_becomes_part_of_a_script() -> None:
    (item,) = whole(STRANGE)["item"]
    assert item["name"] == HOSTILE
    assert "alert" not in script(item)
