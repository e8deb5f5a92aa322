from typing import Any

from hypothesis import given, settings

from gatepost.model import Snapshot
from gatepost.store.dump import Options, dump
from gatepost.store.onto import Judge, read_onto
from gatepost.store.plan import Plan, plan
from tests.unit.store.whole import Forms, everything, snapshot_of, snapshots, uid

NOW = 1_800_000_000
HEAD = '_format_version: "3.0"\n'


def planned(current: Snapshot, text: str, *tags: str) -> Plan:
    wanted = read_onto(text, current, Judge(Forms()), now=NOW, select_tags=tags or None)
    return plan(current, wanted.snapshot, Forms(), now=NOW, select_tags=wanted.select_tags)


def said(found: Plan) -> list[str]:
    return [f"{change.action} {change.name}" for change in found.changes]


def test_an_unchanged_dump_is_an_empty_plan_with_or_without_ids_and_secrets() -> None:
    whole = everything()
    for with_id in (True, False):
        for reveal in (True, False):
            text = dump(whole, Options(with_id=with_id, reveal=reveal), Forms())
            assert said(planned(whole, text)) == []


def test_an_unchanged_dump_of_a_selection_is_an_empty_plan() -> None:
    whole = everything()
    for with_id in (True, False):
        options = Options(with_id=with_id, select_tags=("team",))
        found = planned(whole, dump(whole, options, Forms()))
        assert (said(found), found.select_tags) == ([], ("team",))


@settings(deadline=None, max_examples=50)
@given(snapshots())
def test_whatever_stands_its_dump_is_an_empty_plan(snapshot: Snapshot) -> None:
    assert said(planned(snapshot, dump(snapshot, None, Forms()))) == []


@settings(deadline=None, max_examples=40)
@given(snapshots(), snapshots())
def test_what_is_planned_leads_to_what_the_file_says(one: Snapshot, other: Snapshot) -> None:
    text = dump(other, Options(with_id=True, reveal=True))
    wanted = read_onto(text, one, Judge(Forms()), now=NOW).snapshot
    again = read_onto(text, wanted, Judge(Forms()), now=NOW + 9).snapshot
    assert plan(wanted, again, Forms(), now=NOW).changes == ()
    assert {route.id for route in wanted.routes} == {route.id for route in other.routes}


def test_an_export_onto_nothing_is_the_same_to_the_last_bit() -> None:
    whole = everything()
    text = dump(whole, Options(with_id=True, reveal=True))
    wanted = read_onto(text, Snapshot(), Judge(Forms()), now=NOW)
    assert wanted.snapshot.hash == whole.hash


def test_changes_come_in_an_order_that_can_be_done() -> None:
    current = snapshot_of(
        services=[{"id": uid(1), "name": "old", "host": "h"}],
        routes=[{"id": uid(2), "name": "gone", "service": uid(1), "paths": ["/"]}],
    )
    text = (
        f"{HEAD}routes:\n- {{name: r, paths: [/], service: s}}\nservices:\n- {{name: s, host: h}}"
    )
    assert said(planned(current, text)) == [
        "create service s",
        "create route r",
        "delete route gone",
        "delete service old",
    ]


def test_an_update_names_each_field_and_hides_secrets() -> None:
    current = everything()
    text = dump(current, Options(reveal=True))
    for was, is_ in (
        ("host: backend.internal", "host: b.internal\n  read_timeout: 5000"),
        ("secret: hush", "secret: loud"),
        ("max_age: 1.5", "max_age: 2"),
    ):
        assert text.count(was) == 1
        text = text.replace(was, is_)
    found = planned(current, text)
    assert said(found) == [
        "update service orders",
        "update plugin cors",
        "update plugin key-auth on route list",
    ]
    assert [[(f.field, f.before, f.after) for f in c.fields] for c in found.changes] == [
        [("host", "backend.internal", "b.internal"), ("read_timeout", 60000, 5000)],
        [("config.max_age", 1.5, 2)],
        [("config.secret", "{masked}", "{masked}")],
    ]
    assert "hush" not in str(found.as_json())
    changed = found.changes[0].after
    assert changed is not None
    assert (changed.created_at, changed.updated_at) == (1_700_000_000, NOW)


def test_references_are_shown_by_name() -> None:
    current = snapshot_of(
        services=[{"id": uid(n), "name": name, "host": "h"} for n, name in enumerate("ab")],
        routes=[{"id": uid(9), "name": "r", "paths": ["/"], "service": uid(0)}],
    )
    services = "services: [{name: a, host: h}, {name: b, host: h}]"
    text = f"{HEAD}{services}\nroutes: [{{name: r, paths: [/], service: b}}]"
    (change,) = planned(current, text).changes
    assert [(one.field, one.before, one.after) for one in change.fields] == [("service", "a", "b")]


def test_true_is_not_one_in_a_configuration() -> None:
    current = snapshot_of(plugins=[{"id": uid(1), "name": "p", "config": {"x": 1}}])
    text = HEAD + "plugins: [{name: p, config: {x: true}}]"
    fields: list[Any] = [one.field for one in planned(current, text).changes[0].fields]
    assert fields == ["config.x"]


def test_a_plan_is_plain_values_for_programs() -> None:
    found = planned(Snapshot(), HEAD + "services: [{name: a, host: h}]", "mine")
    (change,) = found.changes
    assert found.as_json() == {
        "changes": [
            {
                "action": "create",
                "kind": "services",
                "id": change.id,
                "name": "service a",
                "fields": [],
            }
        ],
        "summary": {"create": 1, "update": 0, "delete": 0},
        "select_tags": ["mine"],
    }
