import pytest

from gatepost.admin import problem
from gatepost.model import Violation


def test_one_violation_and_several_are_told_in_kongs_sentences() -> None:
    one = problem.schema_violation([Violation(("host",), "required field missing")])
    assert one.status == 400
    assert one.body == {
        "code": 2,
        "name": "schema violation",
        "message": "schema violation (host: required field missing)",
        "fields": {"host": "required field missing"},
    }
    several = problem.schema_violation(
        [
            Violation(("b", "c"), "y"),
            Violation((), "whole"),
            Violation(("a", 1), "x"),
        ]
    )
    assert several.body["message"] == "3 schema violations (whole; a.2: x; b.c: y)"
    assert several.body["fields"] == {"@entity": ["whole"], "a": [None, "x"], "b": {"c": "y"}}


def test_of_several_mistakes_in_one_place_the_first_stands() -> None:
    fields = problem.as_fields(
        [Violation(("a",), "first"), Violation(("a",), "second"), Violation(("a", "b"), "third")]
    )
    assert fields == {"a": "first"}


def test_a_far_position_makes_no_long_list() -> None:
    assert problem.as_fields([Violation(("a", 10**9), "x")]) == {"a": {str(10**9): "x"}}


@pytest.mark.parametrize(
    ("refused", "status", "message"),
    [
        (
            problem.foreign_missing("service", "services", "x"),
            400,
            "the foreign key '{id=\"x\"}' does not reference an existing 'services' entity.",
        ),
        (
            problem.referenced("services", "routes"),
            400,
            "an existing 'routes' entity references this 'services' entity",
        ),
        (
            problem.duplicate({"name": "x", "route": None}),
            409,
            "UNIQUE violation detected on '{name=\"x\",route=null}'",
        ),
        (
            problem.unresolved("service", "name", "x", "services"),
            400,
            (
                "foreign key unresolved (service.name: the foreign key cannot be resolved with "
                "'{name=\"x\"}' for an existing 'services' entity)"
            ),
        ),
        (
            problem.invalid_options("invalid filter syntax"),
            400,
            "invalid option (tags: invalid filter syntax)",
        ),
        (problem.primary_key_violation("x"), 400, "primary key violation on key '{id=\"x\"}'"),
        (problem.numbered(12, "no"), 405, "no"),
        (problem.not_found(), 404, "Not found"),
        (problem.not_allowed(("GET", "HEAD")), 405, "Method not allowed"),
    ],
)
def test_errors_are_in_kongs_words(refused: problem.Refused, status: int, message: str) -> None:
    assert (refused.status, refused.body["message"]) == (status, message)


def test_a_stale_write_hears_what_is_there_now() -> None:
    assert problem.stale(7).headers == {"ETag": '"7"'}
    assert "it is gone" in problem.stale(None).body["message"]


def test_values_are_printed_as_kong_prints_them() -> None:
    printed = problem.pretty({"a": 'q"\\', "b": True, "c": 1.5, "d": {"e": None}})
    assert printed == '{a="q\\"\\\\",b=true,c=1.5,d={e=null}}'
