import re

from gatepost.node.families import FAMILIES


def test_names_are_those_of_their_kind() -> None:
    for name, (kind, text) in FAMILIES.items():
        assert re.fullmatch(r"gatepost_[a-z0-9_]+", name)
        assert kind in {"counter", "gauge", "histogram"}
        assert name.endswith("_total") == (kind == "counter"), name
        assert text
        assert "\n" not in text


def test_they_stand_in_order() -> None:
    assert list(FAMILIES) == sorted(FAMILIES)
