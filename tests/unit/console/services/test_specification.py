import json

import pytest

from gatepost.console.services.specification import MOST, Operation, file_name, read

YAML = """
openapi: 3.1.0
info: {title: "<b>Orders</b>", version: 1}
paths:
  /orders:
    summary: not an operation
    parameters: []
    get: {summary: List orders, tags: [orders, more]}
    post: {operationId: place}
  /orders/{id}:
    $ref: https://elsewhere.example/x
    delete: {description: "Cancel it.\\nAnd more.", deprecated: true}
    x-odd: 1
"""


def test_operations_are_listed_with_what_they_do() -> None:
    got = read(YAML)
    assert (got.kind, got.title, got.version) == ("OpenAPI 3.1.0", "<b>Orders</b>", "1")
    assert got.operations == (
        Operation("GET", "/orders", "List orders", "orders"),
        Operation("POST", "/orders", "place"),
        Operation("DELETE", "/orders/{id}", "Cancel it.", deprecated=True),
    )


def test_json_and_swagger_are_read_too() -> None:
    got = read(json.dumps({"swagger": "2.0", "paths": {"/a": {"GET": {}}}}))
    assert got.kind == "Swagger 2.0"
    assert got.operations == (Operation("GET", "/a", ""),)
    assert read("{openapi: 3.0.0}").operations == (), "YAML in braces"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("- a\n- b", "expected an OpenAPI document"),
        ("just words", "expected an OpenAPI document"),
        ("a: b", "expected an OpenAPI document"),
        ("a: [", "neither JSON nor YAML"),
        ("!!python/object/apply:os.system [ls]", "tags of YAML are not allowed"),
        ("{" * 100_000, "levels deep"),
        ("[" * 100_000, "levels deep"),
        ('{"a":' * 20_000, "levels deep"),
        ("openapi: 3\n? {a: b}\n: 1", "cannot be read"),
    ],
)
def test_what_is_none_says_so(source: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read(source)


def test_odd_shapes_are_passed_over() -> None:
    for paths in (None, [], "x", {"/a": None}, {"/a": {"get": "x"}}, {"/a": {1: {}}}):
        got = read(json.dumps({"openapi": "3", "paths": paths, "info": ["x"]}))
        assert got.operations == ()
    assert read("openapi: 3\n? !!timestamp x\n: !!int y").kind == "OpenAPI 3"
    odd = read(json.dumps({"openapi": {"a": 1}, "paths": {"/a": {"get": {"tags": "x"}}}}))
    assert odd.operations == (Operation("GET", "/a", ""),)


def test_so_many_operations_are_listed_and_the_others_are_counted() -> None:
    paths = {f"/{n}": {"get": {"summary": "s" * 1000}} for n in range(MOST + 7)}
    got = read(json.dumps({"openapi": "3", "paths": paths}))
    assert (len(got.operations), got.left) == (MOST, 7)
    assert len(got.operations[0].summary) == 300


def test_the_name_of_the_file_is_one_that_no_system_minds() -> None:
    assert file_name("Orders v1", "{}") == "Orders-v1.openapi.json"
    assert file_name("../../etc/passwd\x00", "a: b") == "etc-passwd.openapi.yaml"
    assert file_name("\u202e", "a: b") == "api.openapi.yaml"
