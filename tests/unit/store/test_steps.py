from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.model import CATALOG, KINDS, Snapshot
from gatepost.store.plan import plan
from gatepost.store.steps import Remove, Save, steps
from tests.unit.store.whole import Forms, everything, snapshot_of, snapshots, uid


def played(current: Snapshot, wanted: Snapshot) -> list[str]:
    """Do a plan step by step, as strictly as a database; return what was done."""
    held = {kind: {one.id: one for one in getattr(current, kind)} for kind in KINDS}
    done = []
    for step in steps(plan(current, wanted, Forms(), now=1), current):
        if isinstance(step, Save):
            held[step.kind][step.entity.id] = step.entity
            done.append(f"save {step.kind} {step.entity.id[:8]}")
        else:
            assert isinstance(step, Remove)
            del held[step.kind][step.id]
            done.append(f"remove {step.kind} {step.id[:8]}")
        now = {kind: tuple(group.values()) for kind, group in held.items()}
        found = Snapshot(**now).consistent()  # type: ignore[arg-type]
        assert [one for one in found if one.field != "protocols"] == []
    for kind in KINDS:
        assert held[kind].keys() == {one.id for one in getattr(wanted, kind)}
    return done


def _one(**services: str) -> Snapshot:
    made = [{"id": ident, "name": name, "host": "h"} for name, ident in services.items()]
    return snapshot_of(services=made)


def test_everything_is_made_and_unmade_one_by_one() -> None:
    whole = everything()
    count = sum(len(getattr(whole, kind)) for kind in KINDS)
    assert len(played(Snapshot(), whole)) == len(played(whole, Snapshot())) == count


@settings(deadline=None, max_examples=40)
@given(snapshots(), snapshots())
def test_each_step_is_allowed_where_it_stands(one: Snapshot, other: Snapshot) -> None:
    played(one, other)


def test_a_name_moves_to_a_new_entity_whose_old_holder_goes() -> None:
    one, other = _one(a=uid(1)), _one(a=uid(2))
    assert played(one, other) == [
        "save services 00000001",
        "save services 00000002",
        "remove services 00000001",
    ]


def test_names_go_round_in_a_circle() -> None:
    played(_one(a=uid(1), b=uid(2), c=uid(3)), _one(b=uid(1), c=uid(2), a=uid(3)))


def test_versions_swap_the_services_that_implement_them() -> None:
    def made(first: int, second: int) -> Snapshot:
        return snapshot_of(
            services=[{"id": uid(n), "host": "h"} for n in (1, 2)],
            service_packages=[{"id": uid(3), "name": "p"}],
            service_versions=[
                {"id": uid(4), "version": "1", "service_package": uid(3), "service": uid(first)},
                {"id": uid(5), "version": "2", "service_package": uid(3), "service": uid(second)},
            ],
        )

    played(made(1, 2), made(2, 1))


def test_what_nobody_refers_to_goes_before_what_takes_its_place() -> None:
    one = snapshot_of(plugins=[{"id": uid(1), "name": "cors"}])
    other = snapshot_of(plugins=[{"id": uid(2), "name": "cors"}])
    assert played(one, other) == ["remove plugins 00000001", "save plugins 00000002"]


@given(st.permutations([uid(n) for n in range(4)]))
def test_plugins_change_places(ids: list[str]) -> None:
    names = ("a", "b", "c", "d")

    def made(order: list[str]) -> Snapshot:
        return snapshot_of(
            plugins=[{"id": i, "name": name} for i, name in zip(order, names, strict=True)]
        )

    played(made([uid(n) for n in range(4)]), made(ids))


def test_the_catalog_has_what_refers_after_what_it_refers_to() -> None:
    order = list(CATALOG)
    for kind, about in CATALOG.items():
        assert all(order.index(one.kind) < order.index(kind) for one in about.references)
