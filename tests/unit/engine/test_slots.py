from hypothesis import given
from hypothesis import strategies as st

from gatepost.engine.slots import Identity, Shape, Slots, slot_name
from gatepost.engine.tls import Trust

TRUSTS = [Trust(), Trust(True, 1), Trust(certificate="c")]
identities = st.builds(
    Identity,
    st.sampled_from(["https", "grpcs"]),
    st.sampled_from([f"h{n}.test" for n in range(30)]),
    st.sampled_from(TRUSTS),
)


def https(name: str, trust: Trust = TRUSTS[0]) -> Identity:
    return Identity("https", name, trust)


def test_an_identity_keeps_its_slot_and_spare_ones_need_no_change_of_layout() -> None:
    first = Slots().including([https("a")])
    second = first.including([https("b"), https("a")])
    assert second.number(https("a")) == first.number(https("a"))
    assert second.blocks == first.blocks
    assert second.layout == first.layout == 0
    assert slot_name(https("b"), second) == "tls1"


def test_nothing_new_is_the_same_object() -> None:
    slots = Slots().including([https("a")])
    assert slots.including([https("a")]) is slots
    assert Slots().including([]).blocks == Slots().blocks


def test_what_the_version_before_used_outlives_a_growth() -> None:
    first = Slots().including([https("gone")]).including([https("old")])
    grown = first.including([https(f"new{n}") for n in range(40)])
    assert grown.layout == 1
    assert grown.number(https("old")) in grown.blocks
    assert https("gone") not in grown.taken


def test_a_shape_that_nobody_used_before_changes_the_layout_once() -> None:
    wanted, shape = [https("a", Trust(True, 1))], Shape("https", Trust(True, 1))
    slots = Slots().including(wanted, [shape])
    assert slots.layout == 1
    assert slots.shapes == (shape,)
    assert slots.including(wanted, [shape]) is slots
    again = slots.including(wanted, [Shape("https", Trust(True, 1), "u")])
    assert again.layout == 2
    assert shape in again.shapes


def test_once_cookies_are_guarded_they_stay_so() -> None:
    guarded = Slots().including([], guarded=True)
    assert (guarded.guarded, guarded.layout) == (True, 1)
    assert guarded.including([], guarded=True) is guarded
    assert guarded.including([], guarded=False) is guarded
    assert guarded.including([https("a")]).guarded


def test_the_trust_that_verifies_nothing_needs_no_shape() -> None:
    assert Slots().including([https("a")], [Shape("https", Trust(), "us")]).shapes == ()


def test_the_same_name_under_two_trusts_or_protocols_has_two_slots() -> None:
    kinds = [https("a"), https("a", Trust(True, 1)), Identity("grpcs", "a")]
    slots = Slots().including(kinds)
    assert len({slots.number(one) for one in kinds}) == 3


@given(st.lists(st.lists(identities, max_size=12), max_size=12))
def test_a_number_never_belongs_to_two_identities(versions: list[list[Identity]]) -> None:
    slots = Slots()
    owners: dict[int, Identity] = {}
    for wanted in versions:
        before = slots
        shapes = {Shape(one.kind, one.trust) for one in wanted}
        slots = slots.including(wanted, shapes)
        for identity in wanted:
            number = slots.number(identity)
            assert number in slots.blocks
            assert identity.trust == Trust() or Shape(identity.kind, identity.trust) in slots.shapes
            assert owners.setdefault(number, identity) == identity
        same = (slots.blocks, slots.shapes) == (before.blocks, before.shapes)
        assert same is (slots.layout == before.layout)
