from collections.abc import Callable

import pytest

from gatepost.oidc import (
    ExpectedIdToken,
    Key,
    KeySet,
    UnknownKey,
    generate,
    half_hash,
    id_token,
    sign,
)
from gatepost.values import By, Fault, FixedClock, Secret

NOW = 1_800_000_000
ISSUER = "https://issuer.example"
EXPECTED = ExpectedIdToken(ISSUER, "gate", "n-1")
Mint = Callable[..., str]


@pytest.fixture(scope="session")
def login(mint: Mint) -> Mint:
    """Sign an honest id token of the login that EXPECTED describes."""

    def make(*, key: Key | None = None, header: object = None, **claims: object) -> str:
        given = {"aud": "gate", "nonce": "n-1", "header": header, **claims}
        return mint(**given) if key is None else mint(key=key, **given)

    return make


def _code(text: str, keys: KeySet, expected: ExpectedIdToken = EXPECTED) -> str:
    with pytest.raises(Fault) as raised:
        id_token.verify(text, keys, expected, FixedClock(NOW))
    assert raised.value.by is By.CLIENT
    return raised.value.code


def test_an_honest_id_token_is_believed(login: Mint, keys: KeySet, clock: FixedClock) -> None:
    verified = id_token.verify(login(), keys, EXPECTED, clock)
    assert verified.claims["sub"] == "alice"
    assert verified.key is not None
    assert verified.key.kid == "rsa-1"
    assert verified.until == clock.deadline == NOW + 300
    assert "alice" not in repr(verified)


def test_it_may_come_with_what_was_issued_beside_it(login: Mint, keys: KeySet, ec: Key) -> None:
    token, code = Secret("t"), Secret("c")
    expected = ExpectedIdToken(ISSUER, "gate", "n-1", token, code)
    for key, alg in ((None, "RS256"), (ec, "ES256")):
        hashes = {"at_hash": half_hash.of(token, alg), "c_hash": half_hash.of(code, alg)}
        assert id_token.verify(login(key=key, **hashes), keys, expected, FixedClock(NOW))
        assert _code(login(key=key, at_hash="x"), keys, expected) == "id_token.at_hash"


def test_each_reason_has_its_code(login: Mint, keys: KeySet, stranger: Key) -> None:
    assert _code("opaque", keys) == "token.malformed"
    assert _code(login(exp=NOW), keys) == "id_token.expired"
    assert _code(login(iat=NOW + 1), keys) == "id_token.not_yet_valid"
    assert _code(login(iss=f"{ISSUER}1"), keys) == "id_token.issuer"
    assert _code(login(aud="gate1"), keys) == "id_token.audience"
    assert _code(login(nonce="n-11"), keys) == "id_token.nonce"
    assert _code(login(sub=...), keys) == "id_token.subject"
    assert _code(login(iat=...), keys) == "id_token.claim"
    assert _code(login(header={"typ": "at+jwt"}), keys) == "id_token.kind"
    assert _code(login(key=stranger), keys) == "token.signature"
    assert _code(login(header={"kid": "other"}), keys) == "token.unknown_key"


def test_a_changed_signature_is_refused(login: Mint, keys: KeySet) -> None:
    head, payload, signature = login().split(".")
    for changed in (("A" if signature[0] != "A" else "B") + signature[1:], signature[:-4] + "AAAA"):
        assert _code(f"{head}.{payload}.{changed}", keys) == "token.signature"


def test_an_unsigned_token_is_never_believed(login: Mint, keys: KeySet) -> None:
    off = ExpectedIdToken(ISSUER, "gate", "n-1", verify_signature=False, verify_claims=False)
    _, payload, signature = login().split(".")
    for head in ("eyJhbGciOiJub25lIn0", "eyJhbGciOiJOb25lIn0"):
        for expected in (EXPECTED, off):
            assert _code(f"{head}.{payload}.", keys, expected) == "token.algorithm"
            assert _code(f"{head}.{payload}.{signature}", keys, expected) == "token.algorithm"


def test_a_token_that_no_key_can_save_never_asks_for_keys(login: Mint, keys: KeySet) -> None:
    for claims in ({"iss": "https://evil"}, {"exp": 1}, {"nonce": "x"}, {"aud": "x"}):
        with pytest.raises(Fault) as raised:
            id_token.verify(login(header={"kid": "x"}, **claims), keys, EXPECTED, FixedClock(NOW))
        assert not isinstance(raised.value, UnknownKey)


def test_a_valid_key_with_another_algorithm_is_refused(
    login: Mint, keys: KeySet, ec: Key, clock: FixedClock
) -> None:
    only = ExpectedIdToken(ISSUER, "gate", "n-1", algorithms=frozenset({"ES256"}))
    assert id_token.verify(login(key=ec), keys, only, clock)
    assert _code(login(), keys, only) == "token.algorithm"


def test_decoys_of_the_same_name_do_not_disturb(login: Mint, clock: FixedClock) -> None:
    made = [generate(alg, "same") for alg in ("PS256", "ES256", "EdDSA")]
    keys = KeySet.read(KeySet(tuple(made)).public(), ISSUER)
    for key in made:
        verified = id_token.verify(login(key=key), keys, EXPECTED, clock)
        assert verified.key is not None
        assert verified.key.alg == key.alg


def test_a_shared_secret_works_only_where_it_is_allowed(keys: KeySet, clock: FixedClock) -> None:
    claims = {"iss": ISSUER, "sub": "a", "aud": "gate", "nonce": "n-1", "iat": NOW, "exp": NOW + 9}
    text = sign(claims, Secret("s3cret"))
    allowed = ExpectedIdToken(ISSUER, "gate", "n-1", secret=Secret("s3cret"))
    assert id_token.verify(text, keys, allowed, clock).until == NOW + 9
    assert _code(text, keys) == "token.algorithm"
    other = ExpectedIdToken(ISSUER, "gate", "n-1", secret=Secret("other"))
    assert _code(text, keys, other) == "token.signature"
    only = ExpectedIdToken(
        ISSUER, "gate", "n-1", secret=Secret("s3cret"), algorithms=frozenset({"HS512"})
    )
    assert _code(text, keys, only) == "token.algorithm"


def test_signatures_are_not_checked_only_where_that_is_said(
    login: Mint, stranger: Key, clock: FixedClock
) -> None:
    off = ExpectedIdToken(ISSUER, "gate", "n-1", verify_signature=False)
    assert id_token.verify(login(key=stranger), KeySet(), off, clock).key is None
    assert _code(login(key=stranger, nonce="x"), KeySet(), off) == "id_token.nonce"


def test_the_length_is_that_of_a_token_that_a_provider_may_answer(
    login: Mint, keys: KeySet, clock: FixedClock
) -> None:
    assert id_token.verify(login(groups="x" * 20_000), keys, EXPECTED, clock)
    huge = login(groups="x" * 40_000)
    assert _code(huge, keys) == "token.malformed"
    assert id_token.verify(huge, keys, EXPECTED, clock, limit=65_536)


BEFORE: dict[str, object] = {
    "iss": ISSUER,
    "sub": "alice",
    "aud": ["gate", "api"],
    "azp": "gate",
    "auth_time": NOW - 60,
    "nonce": "n-1",
    "iat": NOW - 60,
}


def _refreshed(
    before: dict[str, object] = BEFORE, *, known: str | None = None, **changes: object
) -> str:
    after = {**BEFORE, "iat": NOW, **changes}
    after = {name: value for name, value in after.items() if value is not ...}
    try:
        id_token.same_login(before, after, nonce=known)
    except Fault as fault:
        expected = (fault.code, fault.by) == ("id_token.other_login", By.CLIENT)
        return (fault.cause or "") if expected else str(fault)
    return "same"


def test_a_refreshed_token_is_of_the_same_login() -> None:
    assert _refreshed() == "same"
    assert _refreshed(nonce=...) == "same"
    assert _refreshed(known="n-1") == "same"


@pytest.mark.parametrize("name", ["iss", "sub"])
@pytest.mark.parametrize("value", [..., None, "", f"{ISSUER}1", "alice1", "ALICE", 1, ["alice"]])
def test_another_user_or_issuer_is_another_login(name: str, value: object) -> None:
    assert _refreshed(**{name: value}) == f"{name} is not what it was"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "audience", [..., None, "", "api", "gate", ["gate"], ["other"], [], [1], {"gate": 1}]
)
def test_an_audience_that_lost_somebody_is_another_login(audience: object) -> None:
    assert _refreshed(aud=audience) == "aud is not what it was"


def test_an_audience_may_be_written_otherwise_and_grow() -> None:
    before = {**BEFORE, "aud": "gate"}
    for audience in ("gate", ["gate"], ["other", "gate"]):
        assert _refreshed(before, aud=audience) == "same"
    for odd in (None, 1, [], ""):
        assert _refreshed({**BEFORE, "aud": odd}) == "aud is not what it was"
    without = {name: value for name, value in BEFORE.items() if name != "aud"}
    assert _refreshed(without) == "aud is not what it was"


@pytest.mark.parametrize("value", [NOW, NOW - 61, None, str(NOW - 60), [NOW - 60]])
def test_another_time_of_authentication_is_another_login(value: object) -> None:
    assert _refreshed(auth_time=value) == "auth_time is not what it was"


def test_the_time_of_authentication_may_be_left_out_or_come_first_later() -> None:
    assert _refreshed(auth_time=...) == "same"
    before = {name: value for name, value in BEFORE.items() if name != "auth_time"}
    assert _refreshed(before) == "same"


def test_the_party_that_it_was_issued_to_stays() -> None:
    assert _refreshed(azp=...) == "same"
    for value in ("api", None, "", ["gate"]):
        assert _refreshed(azp=value) == "azp is not what it was"
    before = {name: value for name, value in BEFORE.items() if name != "azp"}
    assert _refreshed(before) == "azp is not what it was"


def test_a_nonce_that_is_there_is_that_of_the_login() -> None:
    before = {name: value for name, value in BEFORE.items() if name != "nonce"}
    after = {**BEFORE, "nonce": "n-1"}
    id_token.same_login(before, after, nonce="n-1")
    for nonce in ("n-2", None, ""):
        with pytest.raises(Fault, match="nonce is not"):
            id_token.same_login(before, after, nonce=nonce)
    for value in ("n-2", "", None, 1, ["n-1"]):
        with pytest.raises(Fault, match="nonce is not"):
            id_token.same_login(BEFORE, {**BEFORE, "nonce": value})
