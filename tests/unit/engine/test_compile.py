import dataclasses
import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gatepost.engine import PlanSpec, Slots, Tables, compile_engine, compile_tables
from gatepost.model import Snapshot
from gatepost.store.kong_yaml import read
from gatepost.values import Fault

GOLDEN = Path(__file__).parents[2] / "golden" / "engine"
CASES = sorted(GOLDEN.glob("*.yaml"))


def plans_for(snapshot: Snapshot) -> dict[str, PlanSpec | None]:
    """Give every second route a plan of its own, and one of them a session."""
    plans = {
        route.id: PlanSpec(
            f"{n:064x}", ("header:authorization",), n != 2, 2.5, ("X-Sub", f"X-Plan-{n}")
        )
        if n % 2 == 0
        else None
        for n, route in enumerate(sorted(snapshot.routes, key=lambda one: one.name or ""))
    }
    return {
        route: replace(
            plan,
            attributes=("cookies:session", *plan.attributes),
            cookies=("session", "flow_*"),
            session_cookie="session",
        )
        if plan is not None and plan.id == f"{4:064x}"
        else plan
        for route, plan in plans.items()
    }


def readable(tables: Tables) -> dict[str, Any]:
    """Return tables for a person: JSON where it is JSON, lines where it is text."""

    def told(body: bytes) -> Any:
        text = body.decode()
        return json.loads(text) if text[:1] in "{[" else text.splitlines()

    entries = {key: told(body) for key, body in tables.entries.items()}
    return {"hosts": tables.hosts, "root": json.loads(tables.root), "entries": entries}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_tables_are_the_golden_ones(case: Path, update_golden: bool) -> None:
    snapshot = read(case.read_text())
    tables = compile_engine(snapshot, plans_for(snapshot), Slots()).tables
    text = json.dumps(readable(tables), indent=1, sort_keys=True) + "\n"
    golden = case.with_suffix(".tables.json")
    if update_golden:
        golden.write_text(text)
    assert text == golden.read_text()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_shuffled_configuration_gives_the_same_bytes(case: Path) -> None:
    snapshot = read(case.read_text())
    plans = plans_for(snapshot)
    wanted = compile_engine(snapshot, plans, Slots()).tables
    for seed in range(5):
        shuffle = random.Random(seed).sample
        mixed = {
            field.name: tuple(
                shuffle(getattr(snapshot, field.name), len(getattr(snapshot, field.name)))
            )
            for field in dataclasses.fields(snapshot)
        }
        shuffled = dict(shuffle(list(plans.items()), len(plans)))
        assert compile_engine(Snapshot(**mixed), shuffled, Slots()).tables == wanted


def routed(text: str, **plan: Any) -> tuple[Snapshot, dict[str, PlanSpec | None]]:
    snapshot = read(text)
    spec = PlanSpec("0" * 64, **plan) if plan else None
    return snapshot, {route.id: spec for route in snapshot.routes}


ONE = """
_format_version: "3.0"
services:
- {name: s, url: "http://127.0.0.1:1", routes: [{name: r, paths: [/r]}]}
"""


def test_a_route_whose_plan_nobody_named_is_not_left_open() -> None:
    with pytest.raises(Fault) as missing:
        compile_tables(read(ONE), {}, Slots())
    assert missing.value.code == "engine.plan_missing"


def test_the_headers_that_plans_may_set_are_scrubbed_on_every_route() -> None:
    snapshot, plans = routed(ONE, identity_headers=("X-Sub", "x-sub", "X-Email"))
    root = json.loads(compile_tables(snapshot, plans, Slots()).root)
    assert root["scrub"] == ["x-email", "x-sub"]


def test_a_plan_travels_with_its_route() -> None:
    snapshot, plans = routed(ONE, attributes=("header:authorization",), remember=False)
    tables = compile_tables(snapshot, plans, Slots())
    plan = json.loads(tables.entries["p:" + "0" * 64])
    assert plan == {
        "attributes": ["header:authorization"],
        "id": "0" * 64,
        "patience": 5.0,
        "remember": False,
        "route": snapshot.routes[0].id,
    }
    entries = [json.loads(body) for key, body in tables.entries.items() if key.startswith("r:")]
    assert [entry["plan"] for entry in entries] == ["0" * 64]


def test_the_cookies_that_no_upstream_may_set_travel_with_the_route() -> None:
    own = ("session", "flow_*")
    tables = compile_tables(*routed(ONE, cookies=own, session_cookie="session"), Slots())
    plan = json.loads(tables.entries["p:" + "0" * 64])
    assert plan["session"] == "session"
    entries = [json.loads(body) for key, body in tables.entries.items() if key.startswith("r:")]
    assert [entry["cookies"] for entry in entries] == [["session", "flow_*"]]


def test_where_cookies_are_guarded_the_plain_location_filters_by_itself() -> None:
    def filtered(**plan: Any) -> tuple[bool, str]:
        compiled = compile_engine(*routed(ONE, **plan), Slots())
        bodies = compiled.tables.entries.items()
        (entry,) = (json.loads(body) for key, body in bodies if key.startswith("r:"))
        return compiled.slots.guarded, entry["location_filter"]

    assert filtered() == (False, "@http-f")
    assert filtered(attributes=("header:authorization",)) == (False, "@http-f")
    assert filtered(cookies=("session",)) == (True, "")


def test_a_change_of_one_route_changes_its_own_entries() -> None:
    routes = [{"name": f"r{n}", "paths": [f"/r{n}"], "hosts": [f"h{n}.test"]} for n in range(50)]

    def tables() -> Tables:
        service = {"name": "s", "url": "http://127.0.0.1:1", "routes": routes}
        text = json.dumps({"_format_version": "3.0", "services": [service]})
        return compile_tables(*routed(text), Slots())

    before = tables()
    routes[7]["paths"] = ["/changed"]
    puts, gone = tables().delta(before)
    assert sorted(key[0] for key in puts) == ["h", "i", "r"]
    assert sorted(key[0] for key in gone) == ["h", "i", "r"]


def test_ten_thousand_routes_compile_quickly() -> None:
    routes = [{"name": f"r{n}", "paths": [f"/team{n % 37}/svc{n}"]} for n in range(10_000)]
    service = {"name": "s", "url": "http://127.0.0.1:1", "routes": routes}
    snapshot, plans = routed(json.dumps({"_format_version": "3.0", "services": [service]}))
    tables = compile_tables(snapshot, plans, Slots())
    assert sum(1 for key in tables.entries if key.startswith("r:")) == 10_000
