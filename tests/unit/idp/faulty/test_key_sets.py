from collections import Counter

import pytest

from gatepost.idp.faulty.key_sets import KEY_SETS, KINDS, Crowd
from gatepost.idp.key_ring import KeyRing
from gatepost.oidc import KeySet, parse, sign, verify

CROWD = Crowd()  # making RSA keys takes a while
RSA = KeyRing("RS256")


def shown(fault: str, ring: KeyRing) -> list[dict[str, object]]:
    return [dict(jwk) for jwk in KEY_SETS[fault](ring, CROWD)]


def counted(keys: list[dict[str, object]]) -> Counter[tuple[object, object]]:
    return Counter((jwk.get("crv", jwk["kty"]), jwk["use"]) for jwk in keys)


@pytest.mark.parametrize("alg", ["RS256", "ES256", "EdDSA", "ES384", "PS256"])
@pytest.mark.parametrize("fault", KEY_SETS)
def test_the_right_key_is_there_and_is_found_by_a_good_reader(fault: str, alg: str) -> None:
    ring = RSA if alg == "RS256" else KeyRing(alg)
    token = parse(sign({"a": 1}, ring.current, header={"kid": ring.current.kid}))
    nameless = parse(sign({"a": 1}, ring.current, header={"kid": None}))
    keys = KeySet.read({"keys": shown(fault, ring)}, "issuer")
    verify(nameless if fault.startswith("no-kid") else token, keys)


def test_a_crowd_is_that_of_the_foundations_provider() -> None:
    keys = shown("crowded", RSA)
    right = [jwk for jwk in keys if jwk["kid"] == RSA.current.kid]
    assert right == [dict(RSA.current.jwk)]
    others = [jwk for jwk in keys if jwk["kid"] != RSA.current.kid]
    assert counted(others) == {
        ("RSA", "sig"): 1, ("P-256", "sig"): 2, ("secp256k1", "sig"): 1, ("Ed25519", "sig"): 1,
        ("RSA", "enc"): 1, ("P-256", "enc"): 1,
    }  # fmt: skip
    assert not any("alg" in jwk for jwk in others if jwk["use"] == "sig")
    assert keys[0]["kid"] != RSA.current.kid
    ring = KeyRing("ES256")
    ring.rotate()
    assert len(shown("crowded", ring)) == 9  # both published keys


@pytest.mark.parametrize(("fault", "number"), [("no-kid-single", 1), ("no-kid-multiple", 3)])
@pytest.mark.parametrize("alg", ["RS256", "ES256", "EdDSA"])
def test_nameless_keys_are_so_many_of_each_type(fault: str, number: int, alg: str) -> None:
    ring = RSA if alg == "RS256" else KeyRing(alg)
    keys = shown(fault, ring)
    signing = [jwk for jwk in keys if jwk["use"] == "sig"]
    assert counted(signing) == {
        (kind, "sig"): number for kind in ("RSA", "P-256", "secp256k1", "Ed25519")
    }
    assert not any("kid" in jwk or "alg" in jwk for jwk in signing)
    encrypting = [jwk for jwk in keys if jwk["use"] == "enc"]
    assert len(encrypting) == 2
    assert all("kid" in jwk for jwk in encrypting)


def test_decoys_have_the_name_of_the_right_key_and_another_algorithm() -> None:
    for ring, others in (
        (RSA, {"ES256", "PS256", "EdDSA"}),
        (KeyRing("ES256"), {"RS256", "PS256", "EdDSA"}),
        (KeyRing("PS256"), {"RS256", "ES256", "EdDSA"}),
    ):
        keys = shown("same-kid-decoys", ring)
        assert {jwk["kid"] for jwk in keys} == {ring.current.kid}
        assert [jwk["alg"] for jwk in keys].count(ring.current.alg) == 1
        assert {jwk["alg"] for jwk in keys} == {ring.current.alg, *others}
        assert keys[0]["alg"] != ring.current.alg != keys[-1]["alg"]


def test_no_private_part_is_published() -> None:
    for kind in KINDS:
        assert not {"d", "p", "q", "k"} & CROWD.keys(kind, 1)[0].keys()


def test_who_comes_twice_sees_the_same_keys() -> None:
    assert CROWD.keys("P-256", 2)[:1] == CROWD.keys("P-256", 1)
    assert shown("crowded", RSA) == shown("crowded", RSA)
