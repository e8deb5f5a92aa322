import json

import pytest
from starlette.requests import Request

from gatepost.idp.directory import Lifecycle
from gatepost.idp.okta_answers import invalid, listed, lived, not_found, reply


def request(query: str = "", **path: str) -> Request:
    return Request({"type": "http", "query_string": query.encode(), "path_params": path})


def test_answers_are_json_in_oktas_shape() -> None:
    assert reply({"a": 1}, 201).status_code == 201
    assert reply({"a": 1}).body == b'{"a":1}'
    assert json.loads(not_found("x", "User").body)["errorCode"] == "E0000007"
    assert not_found("x", "User").status_code == 404
    assert json.loads(invalid("why").body)["errorSummary"] == "Api validation failed: why"


def test_a_list_is_filtered_by_the_beginning_of_a_name_and_by_nothing_else() -> None:
    found = listed(request("q=AN"), ["ann", "ben", "Anna"], str.upper, str)
    assert json.loads(found.body) == ["ANN", "ANNA"]
    assert listed(request("limit=1"), [], str, str).status_code == 400


@pytest.mark.parametrize(("verb", "active"), [("activate", True), ("deactivate", False)])
def test_a_life_begins_and_ends(verb: str, active: bool) -> None:
    life = Lifecycle(active=not active)
    assert lived(request(id="x", verb=verb), life, "User").status_code == 200
    assert life.active is active


def test_another_verb_and_another_thing_are_not_found() -> None:
    assert lived(request(id="x", verb="explode"), Lifecycle(), "User").status_code == 404
    assert lived(request(id="x", verb="activate"), None, "User").status_code == 404
