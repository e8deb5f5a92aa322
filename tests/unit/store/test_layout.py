from gatepost.model import KINDS
from gatepost.model.consistency import REFERENCES
from gatepost.store.layout import ABOUT, LATER, LAYOUT


def test_every_kind_of_the_model_can_be_written_in_a_file() -> None:
    assert LAYOUT.keys() == KINDS.keys()


def test_a_kind_comes_after_every_kind_it_refers_to() -> None:
    order = list(LAYOUT)
    for kind, references in REFERENCES.items():
        for _, target in references:
            assert order.index(target) < order.index(kind)


def test_what_nests_refers_back_with_a_field_it_has() -> None:
    for kind, layout in LAYOUT.items():
        for inner, back in layout.nested.values():
            assert (back, kind) in REFERENCES[inner]


def test_no_key_means_two_things() -> None:
    assert not set(LATER) & (set(LAYOUT) | set(ABOUT))
