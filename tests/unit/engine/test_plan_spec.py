import pytest

from gatepost.engine import PlanSpec


def test_a_header_that_could_not_reach_an_upstream_is_no_identity_header() -> None:
    for name in ("X_Sub", "X Sub", "", "X\nSub", 'X"'):
        with pytest.raises(ValueError, match="header"):
            PlanSpec("0" * 64, identity_headers=(name,))
    assert PlanSpec("0" * 64, identity_headers=("X-Sub",)).remember
