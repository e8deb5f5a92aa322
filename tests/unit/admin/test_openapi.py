import json
from typing import Any

from gatepost.admin.api_paths import add_all
from gatepost.admin.openapi import described, entity
from gatepost.admin.paths import Paths
from gatepost.model import CATALOG


def document() -> dict[str, Any]:
    paths: Paths[Any] = Paths()
    add_all(paths)
    made: dict[str, Any] = json.loads(json.dumps(described(paths.all())))
    return made


def test_every_path_and_every_reference_is_there() -> None:
    made = document()
    assert made["openapi"] == "3.1.0"
    assert set(CATALOG) < set(made["components"]["schemas"])
    text = json.dumps(made)
    for part in text.split('"#/components/')[1:]:
        group, name = part.partition('"')[0].split("/")
        assert name in made["components"][group]


def test_operations_are_named_once_and_say_what_they_do() -> None:
    operations = [
        operation
        for path in document()["paths"].values()
        for method, operation in path.items()
        if method != "parameters"
    ]
    names = [one["operationId"] for one in operations]
    assert len(set(names)) == len(names)
    assert {one["operationId"] for one in operations if not one["summary"]} <= {
        f"{method} /upstreams/{{upstreams}}/targets/{{targets}}/{word}"
        for method in ("put", "post")
        for word in ("healthy", "unhealthy")
    }


def test_an_entity_has_its_fields_and_no_others() -> None:
    route = entity("routes")
    assert route["additionalProperties"] is False
    assert route["properties"]["path_handling"] == {
        "type": ["string", "null"],
        "enum": ["v0", "v1", None],
    }
    assert route["properties"]["service"]["properties"] == {"id": {"type": "string"}}
    assert "snis" in entity("certificates")["properties"]
