import pytest

from gatepost.model import CATALOG, Kind


@pytest.mark.parametrize("kind", CATALOG.values(), ids=lambda kind: kind.name)
def test_a_kind_names_fields_that_its_entity_has(kind: Kind) -> None:
    known = set(kind.entity.model_fields)
    named = {kind.key} if kind.key else set()
    named |= {one.field for one in kind.references} | kind.folded
    named |= {field for fields in kind.unique for field in fields}
    named |= {field.partition(".")[0] for field in kind.secret}
    assert named <= known


def test_a_kind_comes_after_all_it_refers_to() -> None:
    order = list(CATALOG)
    for kind in CATALOG.values():
        for reference in kind.references:
            assert order.index(reference.kind) < order.index(kind.name)


def test_a_name_in_a_path_leads_to_one_entity() -> None:
    for kind in CATALOG.values():
        if kind.key is not None:
            assert any(kind.key in fields for fields in kind.unique), kind.name


def test_what_is_for_people_alone_is_referred_to_by_nothing_that_travels() -> None:
    for kind in CATALOG.values():
        for reference in kind.references:
            assert CATALOG[reference.kind].travels or not kind.travels
            assert not (reference.cascade and reference.unset)
            if reference.unset:
                assert not kind.entity.model_fields[reference.field].is_required()
    assert [kind.name for kind in CATALOG.values() if not kind.travels] == [
        "service_packages",
        "service_versions",
    ]


def test_long_texts_are_fields_of_what_does_not_travel() -> None:
    for kind in CATALOG.values():
        assert set(kind.long) <= set(kind.entity.model_fields)
        assert not (kind.long and kind.travels)


def test_no_path_is_used_twice() -> None:
    paths = [kind.path for kind in CATALOG.values() if kind.path]
    assert len(paths) == len(set(paths))


def test_a_reference_is_found_by_its_field() -> None:
    found = CATALOG["routes"].reference("service")
    assert found is not None
    assert found.kind == "services"
    assert CATALOG["routes"].reference("name") is None
