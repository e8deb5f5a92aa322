from gatepost.plugin import Proof


def test_a_proof_shows_no_token_and_no_claims() -> None:
    proof = Proof(
        "m", access_token="canary", claims={"a": {"b": "canary"}}, details={"c": "canary"}
    )
    assert "canary" not in repr(proof)
