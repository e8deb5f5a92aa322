from collections.abc import Callable

import pytest

from gatepost.oidc import Expected, Key, KeySet, UnknownKey, access_token, generate, sign
from gatepost.values import By, Fault, FixedClock, Secret

NOW = 1_800_000_000
EXPECTED = Expected("https://issuer.example")
Mint = Callable[..., str]


def _code(text: str, keys: KeySet, expected: Expected = EXPECTED) -> str:
    with pytest.raises(Fault) as raised:
        access_token.verify(text, keys, expected, FixedClock(NOW))
    assert raised.value.by is By.CLIENT
    return raised.value.code


def test_an_honest_token_is_believed(mint: Mint, keys: KeySet, clock: FixedClock) -> None:
    verified = access_token.verify(mint(), keys, EXPECTED, clock)
    assert verified.claims["sub"] == "alice"
    assert verified.header["alg"] == "RS256"
    assert verified.key is not None
    assert verified.key.jwk["kid"] == "rsa-1"
    assert verified.until == clock.deadline == NOW + 300
    assert not verified.bound
    assert "alice" not in repr(verified)


def test_a_token_that_names_a_proof_says_so(mint: Mint, keys: KeySet, clock: FixedClock) -> None:
    text = mint(cnf={"jkt": "x"})
    assert access_token.verify(text, keys, EXPECTED, clock).bound
    assert _code(text, keys, Expected("https://issuer.example", strict=True)) == "token.kind"


def test_each_reason_has_its_code(mint: Mint, keys: KeySet, stranger: Key) -> None:
    assert _code("opaque", keys) == "token.malformed"
    assert _code(mint(exp=NOW), keys) == "token.expired"
    assert _code(mint(nbf=NOW + 1), keys) == "token.not_yet_valid"
    assert _code(mint(iss="https://evil.example"), keys) == "token.issuer"
    assert _code(mint(key=stranger), keys) == "token.signature"
    assert _code(mint(header={"kid": "other"}), keys) == "token.unknown_key"
    assert _code(sign({"iss": "https://issuer.example"}, Secret("x")), keys) == "token.algorithm"
    asked = Expected("https://issuer.example", audience=("https://other.example",))
    assert _code(mint(), keys, asked) == "token.audience"


def test_a_foreign_or_expired_token_never_asks_for_keys(mint: Mint, keys: KeySet) -> None:
    for text in (mint(header={"kid": "x"}, iss="https://evil"), mint(header={"kid": "x"}, exp=1)):
        with pytest.raises(Fault) as raised:
            access_token.verify(text, keys, EXPECTED, FixedClock(NOW))
        assert not isinstance(raised.value, UnknownKey)


def test_a_key_of_another_issuer_under_the_same_name_is_refused(mint: Mint, keys: KeySet) -> None:
    other = generate("RS256", "rsa-1")
    assert _code(mint(key=other), keys) == "token.signature"


@pytest.mark.parametrize(
    "typ", ["logout+jwt", "application/logout+jwt", "DPoP+JWT", "secevent+jwt"]
)
def test_other_kinds_of_token_are_refused_by_their_type(mint: Mint, keys: KeySet, typ: str) -> None:
    assert _code(mint(header={"typ": typ}), keys) == "token.kind"


def test_strict_wants_the_type_of_an_access_token(
    mint: Mint, keys: KeySet, clock: FixedClock
) -> None:
    strict = Expected("https://issuer.example", strict=True)
    for typ in ("at+jwt", "application/at+jwt", "AT+JWT"):
        assert access_token.verify(mint(header={"typ": typ}), keys, strict, clock)
    for bad in ("JWT", None, "at", "jwt+at"):
        assert _code(mint(header={"typ": bad}), keys, strict) == "token.kind"


def test_signatures_are_not_checked_only_where_that_is_said(
    mint: Mint, keys: KeySet, stranger: Key, clock: FixedClock
) -> None:
    off = Expected("https://issuer.example", verify_signature=False)
    assert access_token.verify(mint(key=stranger), KeySet(), off, clock).key is None
    assert _code(mint(key=stranger, exp=1), keys, off) == "token.expired"
    head, payload, _ = mint().split(".")
    assert _code(f"{head}.{payload}.", keys, off) == "token.malformed"


def test_a_shared_secret_works_where_it_is_allowed(keys: KeySet, clock: FixedClock) -> None:
    text = sign({"iss": "https://issuer.example", "exp": NOW + 1}, Secret("s3cret"))
    allowed = Expected("https://issuer.example", secret=Secret("s3cret"))
    assert access_token.verify(text, keys, allowed, clock).until == NOW + 1
    assert _code(text, keys) == "token.algorithm"
    assert "s3cret" not in repr(allowed)


def test_the_length_of_a_token_is_limited(mint: Mint, keys: KeySet, clock: FixedClock) -> None:
    text = mint(blob="x" * 20_000)
    assert _code(text, keys) == "token.malformed"
    assert access_token.verify(text, keys, EXPECTED, clock, limit=65_536)


def test_an_id_token_is_refused_in_strict_mode(mint: Mint, keys: KeySet) -> None:
    strict = Expected("https://issuer.example", strict=True)
    assert _code(mint(nonce="n", aud="client"), keys, strict) == "token.kind"
