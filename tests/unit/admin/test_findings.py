from gatepost.admin.findings import MOST, Finding, Sort, short, told
from tests.unit.store.whole import snapshot_of, uid

SORT = Sort(
    "a.code", "hint", "services", lambda name: f"one {name}", lambda count: f"{count} of them", "do"
)


def services(number: int) -> tuple[object, ...]:
    made = [{"id": uid(n), "name": f"s{n:03}", "host": "h"} for n in range(number)]
    return snapshot_of(services=made).services


def test_a_few_are_told_one_by_one_and_many_as_one() -> None:
    few = SORT.of(services(3))  # type: ignore[arg-type]
    assert [(one.says, one.id) for one in few] == [(f"one s00{n}", uid(n)) for n in range(3)]
    assert "count" not in few[0].shown()
    (many,) = SORT.of(services(50))  # type: ignore[arg-type]
    shown = many.shown()
    assert (shown["says"], shown["count"], shown["id"]) == ("50 of them", 50, None)
    assert [one["name"] for one in shown["first"]] == [f"s{n:03}" for n in range(10)]
    assert shown["first"][0] == {"kind": "services", "id": uid(0), "name": "s000"}


def test_problems_come_first_and_the_rest_is_counted() -> None:
    findings = [Finding("h", "hint", "", "")] * 150 + [Finding("w", "warning", "", "")] * 100
    answer = told([*findings, Finding("p", "problem", "says", "do", "routes", "x", "n" * 500)])
    assert [one["what"] for one in answer["data"]] == ["p"] + ["w"] * 100 + ["h"] * (MOST - 101)
    assert answer["more"] == 51
    assert answer["data"][0].keys() == {"what", "level", "says", "do", "kind", "id", "name"}
    assert len(answer["data"][0]["name"]) == 251
    assert told([]) == {"data": [], "more": 0}


def test_a_name_in_a_sentence_cannot_turn_it() -> None:
    name = "a\x1b[31m\n\u202e<script>" + "x" * 10_000
    assert short(name).isprintable()
    assert len(short(name)) < 160
    assert "<script>" in short(name)  # who shows it escapes it
