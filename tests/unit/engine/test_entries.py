from dataclasses import replace

from gatepost.engine import Known, PlanSpec, Slots, Tables, compile_engine
from gatepost.engine.entries import key_of
from gatepost.model import Snapshot
from gatepost.store.kong_yaml import read

TEXT = b"""
_format_version: "3.0"
services:
  - name: one
    url: http://one.test
    routes:
      - {name: a, paths: [/a, "~/a/[0-9]+"], hosts: [a.test, b.test]}
      - {name: b, paths: [/b]}
  - name: two
    url: http://two.test
    routes:
      - {name: c, paths: [/c]}
"""
PLAN = PlanSpec("a" * 64, ("header:authorization",), identity_headers=("X-User",))
NOBODY: dict[str, PlanSpec | None] = {}


def plans(snapshot: Snapshot, plan: PlanSpec | None = None) -> dict[str, PlanSpec | None]:
    return {route.id: plan if route.name == "a" else None for route in snapshot.routes}


def tables(snapshot: Snapshot, known: Known | None = None, plan: PlanSpec | None = PLAN) -> Tables:
    return compile_engine(snapshot, plans(snapshot, plan), Slots(), known=known).tables


def changed(snapshot: Snapshot, kind: str, name: str, **fields: object) -> Snapshot:
    some = tuple(
        type(one).model_validate({**one.model_dump(), **fields}) if one.name == name else one
        for one in getattr(snapshot, kind)
    )
    return replace(snapshot, **{kind: some})


def test_what_was_made_before_changes_no_result() -> None:
    known = Known()
    first = read(TEXT)
    steps = (
        first,
        changed(first, "routes", "b", paths=["/other"]),
        changed(first, "routes", "a", hosts=["c.test"]),
        changed(first, "services", "one", host="three.test"),
        changed(first, "services", "two", enabled=False),
        replace(first, routes=first.routes[:1]),
        first,
    )
    for snapshot in steps:
        assert tables(snapshot, known) == tables(snapshot)
    for plan in (None, replace(PLAN, cookies=("session",)), replace(PLAN, patience=1.0), PLAN):
        assert tables(first, known, plan) == tables(first, plan=plan)


def test_only_what_changed_is_made_anew() -> None:
    known, first = Known(), read(TEXT)
    services = {one.id: {"family": "http", "host": one.host} for one in first.services}

    def made(snapshot: Snapshot, of: dict[str, dict[str, str]], plan: PlanSpec = PLAN) -> set[int]:
        given = plans(snapshot, plan)
        pairs = [(route, given[route.id]) for route in snapshot.routes]
        return {id(one) for one in known.routes(pairs, of, guarded=False)}

    before = known.routes([(one, None) for one in first.routes], services, guarded=False)
    again = known.routes(
        [(one, None) for one in first.routes], {k: dict(v) for k, v in services.items()},
        guarded=False,
    )  # fmt: skip
    assert [one is other for one, other in zip(before, again, strict=True)] == [True] * 3
    kept = made(first, services)
    assert len(kept & {id(one) for one in before}) == 2, "a has a plan now"
    other = changed(first, "routes", "b", paths=["/other"])
    assert len(kept & made(other, services)) == 2
    moved = {k: {**v, "host": "x"} if v["host"] == "two.test" else v for k, v in services.items()}
    assert len(made(other, services) & made(other, moved)) == 2


def test_the_same_content_has_the_same_key() -> None:
    assert key_of("r", b"{}") == key_of("r", b"{}") != key_of("p", b"{}")
    assert len(key_of("r", b"{}")) == 34
