import json
from typing import Any

import pytest

from gatepost.console.collection import Collection, insomnia
from tests.unit.console.collection.calls import CANARIES, EVERY, GET, HOSTILE, POST, STRANGE

DATE = "2026-11-25T12:00:00Z"


def whole(collection: Collection, *, with_secrets: bool = False) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(
        insomnia.exported(collection, DATE, with_secrets=with_secrets)
    )
    return read


def of(written: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [one for one in written["resources"] if one["_type"] == kind]


def test_a_call_takes_its_token_from_the_answer_of_another_request() -> None:
    written = whole(Collection("Orders", (GET, POST)))
    assert (written["_type"], written["__export_format"]) == ("export", 4)
    assert written["__export_date"] == DATE
    (workspace,), (group,) = of(written, "workspace"), of(written, "request_group")
    assert (workspace["scope"], workspace["parentId"]) == ("collection", None)
    assert group["parentId"] == workspace["_id"]
    asking, first, second = of(written, "request")  # one request for a token serves both
    assert asking["url"] == "{{ _.token_url }}"
    assert asking["authentication"]["password"] == "{{ _.client_secret }}"
    params = {one["name"]: one["value"] for one in asking["body"]["params"]}
    expected = {"grant_type": "client_credentials", "scope": "read write", "audience": "api"}
    assert params == expected
    tag = (
        f"Bearer {{% response 'body', '{asking['_id']}', "
        "'b64::JC5hY2Nlc3NfdG9rZW4=::46b', 'when-expired', 60 %}"
    )
    for call in (first, second):
        assert call["headers"][-1] == {"name": "Authorization", "value": tag}
    assert first["url"] == "{{ _.gateway }}/orders?a=b"
    assert second["body"] == {"mimeType": "application/json", "text": '{"a": 1}'}


def test_secrets_are_variables_that_are_empty_unless_they_are_wanted() -> None:
    text = insomnia.exported(EVERY, DATE)
    assert not [one for one in CANARIES if one in text]
    (environment,) = of(whole(EVERY), "environment")
    assert environment["data"]["client_secret"] == ""
    assert environment["data"]["client_id"] == "app"
    assert environment["data"]["client_id_2"] == "web"
    (environment,) = of(whole(EVERY, with_secrets=True), "environment")
    assert set(CANARIES) <= set(environment["data"].values())


def test_nothing_that_somebody_wrote_is_a_template() -> None:
    (request,) = of(whole(STRANGE), "request")
    for text in (request["url"], request["headers"][0]["value"], request["body"]["text"]):
        assert "{{ 7*7" not in text
        assert "{{ '{{' }} 7*7" in text
        assert "{{ '{%' }} now" in text
    assert request["name"] == HOSTILE


def test_a_new_import_replaces_the_old_one() -> None:
    ids = [one["_id"] for one in whole(EVERY)["resources"]]
    assert ids == [one["_id"] for one in whole(EVERY)["resources"]]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("text", ["{{", "{%", "{#", "{{{"])
def test_what_opens_a_template_is_escaped(text: str) -> None:
    assert insomnia.escaped(text).startswith("{{ '")
