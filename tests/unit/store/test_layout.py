from gatepost.model import CATALOG
from gatepost.store.layout import ABOUT, LATER, LAYOUT


def test_every_kind_of_the_model_can_be_written_in_a_file() -> None:
    assert LAYOUT.keys() == CATALOG.keys()


def test_a_kind_comes_after_every_kind_it_refers_to() -> None:
    order = list(LAYOUT)
    for kind in CATALOG.values():
        for reference in kind.references:
            assert order.index(reference.kind) < order.index(kind.name)


def test_what_nests_refers_back_with_a_field_it_has() -> None:
    for kind, layout in LAYOUT.items():
        for inner, back in layout.nested.values():
            reference = CATALOG[inner].reference(back)
            assert reference is not None
            assert reference.kind == kind


def test_no_key_means_two_things() -> None:
    assert not set(LATER) & (set(LAYOUT) | set(ABOUT))
