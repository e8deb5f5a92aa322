"""Saved collections in the tools that they are for: Insomnia's importer, and newman."""

from collections.abc import Iterator
from typing import Any

import pytest

from gatepost.console.collection import Collection, Order, Saved, insomnia, postman, read
from tests.integration.collection_tools import parsed, run
from tests.integration.trying_world import Trying, trying_world

pytestmark = [pytest.mark.integration, pytest.mark.slow]

DATE = "2026-11-25T12:00:00Z"


@pytest.fixture(scope="module")
def world() -> Iterator[Trying]:
    with trying_world() as running:
        yield running


@pytest.fixture(scope="module")
def collection(world: Trying) -> Collection:
    """Calls as people save them: for the client, for a person, at the gate, and one refused."""
    issuers: list[dict[str, Any]] = world.plane.admin.get("/openid-connect/issuers")["data"]
    url = issuers[0]["configuration"]["token_endpoint"]
    client = Order(url, "client_credentials", "tutorial-jwt", "tutorial-jwt-secret", scope="read")
    person = Order(
        url, "password", "demo-app", "demo-app-secret", "openid read",
        username="alice", password="alice-password", in_body=True,
    )  # fmt: skip
    json_type = (("Content-Type", "application/json"), ("X-Colour", "blue"))
    called = Saved("Read", world.url, "/jwt/anything?a=b", way="chained", order=client)
    return Collection(
        "The tutorial's API",
        (
            called,
            Saved(
                "Write", world.url, "/jwt/anything", "POST", json_type, '{"a": 1}', "chained",
                client, expects=200, is_json=True,
            ),
            Saved("As Alice", world.url, "/jwt/get", way="chained", order=person),
            Saved("At the gate", world.url, "/app/get", way="basic", order=client, expects=200),
            Saved("Without", world.url, "/jwt/get", expects=401),
        ),
    )  # fmt: skip


def failures(report: dict[str, Any]) -> list[str]:
    return [f"{one['source']['name']}: {one['error']['message']}" for one in report["failures"]]


def test_newman_gets_the_token_sends_the_calls_and_checks_the_answers(
    collection: Collection,
) -> None:
    status, report = run(postman.exported(collection, with_secrets=True))
    assert (status, failures(report)) == (0, [])
    names = [one["item"]["name"] for one in report["executions"]]
    assert names == [
        "Get a token", "Read", "Write", "Get a token for a person (2)", "As Alice",
        "At the gate", "Without",
    ]  # fmt: skip
    codes = [one["response"]["code"] for one in report["executions"]]
    assert codes == [200, 200, 200, 200, 200, 200, 401]
    assert report["stats"]["assertions"]["total"] == 8


def test_secrets_that_the_file_does_not_hold_are_given_to_newman(collection: Collection) -> None:
    written = postman.exported(Collection(collection.name, collection.calls[:2]))
    status, report = run(written)
    assert status == 1
    assert any("Get a token" in one for one in failures(report))
    status, report = run(written, client_secret="tutorial-jwt-secret")
    assert (status, failures(report)) == (0, [])


def test_an_answer_that_is_another_than_saved_fails(collection: Collection) -> None:
    wrong = Saved("Without", collection.calls[0].base, "/jwt/get", expects=200)
    status, report = run(postman.exported(Collection("wrong", (wrong,))))
    assert status == 1
    assert failures(report) == ["Without: expected response to have status code 200 but got 401"]


def test_insomnia_takes_the_export_for_its_own(collection: Collection) -> None:
    kind, resources = parsed(insomnia.exported(collection, DATE))
    assert kind == "insomnia-4"
    by_kind = [one["_type"] for one in resources]
    assert by_kind.count("request") == 7
    assert by_kind.count("environment") == by_kind.count("workspace") == 1
    asking = next(one for one in resources if one["name"] == "Get a token")
    call = next(one for one in resources if one["name"] == "Read")
    assert f"{{% response 'body', '{asking['_id']}'" in call["headers"][-1]["value"]


def test_what_newman_runs_is_the_same_after_it_was_saved_and_opened_for_insomnia(
    collection: Collection,
) -> None:
    opened = read(insomnia.exported(collection, DATE, with_secrets=True))
    expected = [200, 200, 200, 200, 200, 200, 401]
    _, report = run(postman.exported(opened, with_secrets=True))
    assert [one["response"]["code"] for one in report["executions"]] == expected
