import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.oidc import pkce


def test_the_example_of_the_standard_comes_out() -> None:
    # RFC 7636, appendix B
    octets = bytes(
        [116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186,
         22, 212, 37, 77, 105, 214, 191, 240, 91, 88, 5, 88, 83, 132, 141, 121]
    )  # fmt: skip
    verifier = pkce.verifier(octets)
    assert verifier == "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert pkce.challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    assert pkce.METHOD == "S256"


@given(st.binary(min_size=32, max_size=32))
def test_a_verifier_and_its_challenge_are_43_unreserved_characters(chance: bytes) -> None:
    verifier = pkce.verifier(chance)
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", verifier)
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", pkce.challenge(verifier))


@pytest.mark.parametrize("size", [0, 16, 31, 33, 64])
def test_a_verifier_is_made_from_as_much_chance_as_the_standard_asks_for(size: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        pkce.verifier(b"x" * size)


@pytest.mark.parametrize("length", [43, 128])
def test_verifiers_of_others_are_challenged_within_the_limits(length: int) -> None:
    assert pkce.challenge("a.b~c-_"[:7] + "x" * (length - 7))


@pytest.mark.parametrize(
    "text", ["", "x" * 42, "x" * 129, "x" * 42 + "\n", "x" * 43 + "\n", "x" * 42 + "+", "é" * 43]
)
def test_what_is_no_verifier_has_no_challenge_and_is_not_quoted(text: str) -> None:
    with pytest.raises(ValueError, match="unreserved") as raised:
        pkce.challenge(text)
    assert "xx" not in str(raised.value)
