import pytest

from gatepost.oidc import half_hash
from gatepost.oidc.jose import ASYMMETRIC, SYMMETRIC
from gatepost.values import Secret

TOKEN = Secret("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y")
CODE = Secret("Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk")


def test_the_examples_of_the_standard_come_out() -> None:
    # OpenID Connect Core 1.0, A.4 and A.6
    assert half_hash.of(TOKEN, "RS256") == "77QmUPtjPfzWtF2AnpK9RQ"
    assert half_hash.of(CODE, "RS256") == "LDktKdoQak3Pk0cnXxCltA"


def test_the_algorithm_names_the_hash() -> None:
    for size, length in (("256", 22), ("384", 32), ("512", 43)):
        hashes = {half_hash.of(TOKEN, family + size) for family in ("RS", "PS", "ES", "HS")}
        assert [len(value or "") for value in hashes] == [length]
    assert half_hash.of(TOKEN, "EdDSA") == half_hash.of(TOKEN, "RS512")


def test_every_algorithm_that_is_accepted_has_one() -> None:
    assert all(half_hash.of(TOKEN, alg) for alg in ASYMMETRIC | SYMMETRIC)


@pytest.mark.parametrize("alg", ["", "none", "ES256K", "RS1", "RS224", "XX"])
def test_other_algorithms_have_none(alg: str) -> None:
    assert half_hash.of(TOKEN, alg) is None
