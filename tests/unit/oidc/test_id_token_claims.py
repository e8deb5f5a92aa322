from dataclasses import replace

import pytest

from gatepost.oidc import ExpectedIdToken, half_hash
from gatepost.oidc.claim_types import LOGOUT_EVENT, SUBJECT_LIMIT
from gatepost.oidc.compact import Unverified
from gatepost.oidc.id_token_claims import check, same_text
from gatepost.values import Fault, FixedClock, Secret

NOW = 1_800_000_000
ISSUER = "https://issuer.example"
EXPECTED = ExpectedIdToken(ISSUER, "gate", "n-1")
TOKEN, CODE = Secret("canary-token"), Secret("canary-code")


def _token(header: dict[str, object] | None = None, **changes: object) -> Unverified:
    claims: dict[str, object] = {
        "iss": ISSUER,
        "sub": "alice",
        "aud": "gate",
        "nonce": "n-1",
        "iat": NOW,
        "exp": NOW + 300,
        **changes,
    }
    members = {name: value for name, value in claims.items() if value is not ...}
    return Unverified({"alg": "RS256", **(header or {})}, members, b"", b"x")


def _check(token: Unverified, expected: ExpectedIdToken = EXPECTED, *, now: float = NOW) -> str:
    try:
        end = check(token, expected, FixedClock(now))
    except Fault as fault:
        return "shows a secret" if "canary" in str(fault) else f"{fault.by} {fault.code}"
    return "until None" if end is None else f"until {end:.0f}"


def _refused(code: str, **changes: object) -> None:
    assert _check(_token(**changes)) == f"client {code}"  # type: ignore[arg-type]


BELIEVED = f"until {NOW + 300}"


def test_honest_claims_are_believed() -> None:
    clock = FixedClock(NOW)
    assert check(_token(), EXPECTED, clock) == NOW + 300
    assert (clock.deadline, clock.raw) == (NOW + 300, False)


def test_what_is_expected_shows_no_secret() -> None:
    expected = ExpectedIdToken(ISSUER, "gate", "canary", TOKEN, CODE, secret=Secret("canary"))
    assert "canary" not in repr(expected)


@pytest.mark.parametrize(
    "issuer",
    [..., None, "", f"{ISSUER}1", f"{ISSUER}/", ISSUER.upper(), "http://issuer.example", [ISSUER],
     "https://issuer.example@evil.example", "https://issuer.ex\u0430mple", {"a": 1}, 1],
)  # fmt: skip
def test_any_other_issuer_is_refused(issuer: object) -> None:
    _refused("id_token.issuer", iss=issuer)


def test_allowed_issuers_replace_the_one_and_hold_without_claims_checks() -> None:
    for verify_claims in (True, False):
        allowed = replace(
            EXPECTED, issuers_allowed=("https://a", "https://b"), verify_claims=verify_claims
        )
        assert _check(_token(iss="https://b"), allowed).startswith("until")
        assert _check(_token(), allowed) == "client id_token.issuer"
        assert _check(_token(iss=...), allowed) == "client id_token.issuer"


@pytest.mark.parametrize(
    "audience",
    [..., None, "", "gate1", "GATE", "gat", "gate ", [], ["other"], [1], {"gate": 1}, [["gate"]],
     ["gate", ""], ["gate", None], 1, True, "g\u0430te", "gate other"],
)  # fmt: skip
def test_a_token_for_another_is_refused(audience: object) -> None:
    _refused("id_token.audience", aud=audience)


def test_an_audience_may_be_a_list() -> None:
    assert _check(_token(aud=["gate"])) == BELIEVED
    assert _check(_token(aud=["gate", "gate"])) == BELIEVED


def test_further_audiences_must_be_trusted_or_the_token_issued_to_us() -> None:
    both = {"aud": ["gate", "gate1"]}
    _refused("id_token.audience", **both)
    assert _check(_token(**both, azp="gate")) == BELIEVED  # type: ignore[arg-type]
    trusted = replace(EXPECTED, trusted_audiences=("gate1",))
    assert _check(_token(**both), trusted) == BELIEVED  # type: ignore[arg-type]
    assert _check(_token(aud=["gate", "gate1", "x"]), trusted) == "client id_token.audience"
    assert _check(_token(aud=["gate1"]), trusted) == "client id_token.audience"


@pytest.mark.parametrize("azp", [None, "", "gate1", "GATE", ["gate"], 1, True, {}])
def test_a_token_issued_to_another_is_refused(azp: object) -> None:
    _refused("id_token.azp", azp=azp)
    _refused("id_token.azp", azp=azp, aud=["gate", "gate1"])
    trusted = replace(EXPECTED, trusted_audiences=("gate1",))
    assert _check(_token(azp=azp), trusted) == "client id_token.azp"


@pytest.mark.parametrize(
    "subject",
    [..., "", None, 1, True, ["alice"], {"a": 1}, "x" * (SUBJECT_LIMIT + 1), "a\nb", "\x00"],
)
@pytest.mark.parametrize("verify_claims", [True, False])
def test_a_token_of_nobody_is_refused(subject: object, verify_claims: bool) -> None:
    expected = replace(EXPECTED, verify_claims=verify_claims)
    assert _check(_token(sub=subject), expected) == "client id_token.subject"


@pytest.mark.parametrize("name", ["exp", "iat"])
def test_a_time_that_is_required_is_missed(name: str) -> None:
    _refused("id_token.claim", **{name: ...})


@pytest.mark.parametrize("name", ["exp", "iat", "nbf", "auth_time"])
@pytest.mark.parametrize(
    "value", ["1999999999", "", None, True, False, [NOW], {}, -1, 10**18, 253_402_300_800]
)
def test_a_time_that_is_no_number_in_range_is_refused(name: str, value: object) -> None:
    _refused("id_token.claim", **{name: value})


@pytest.mark.parametrize("leeway", [0, 60])
def test_the_boundaries_of_time_are_exact(leeway: int) -> None:
    expected = replace(EXPECTED, leeway=leeway)
    assert _check(_token(exp=NOW - leeway + 1), expected) == f"until {NOW + 1}"
    assert _check(_token(exp=NOW - leeway), expected) == "client id_token.expired"
    assert _check(_token(exp=NOW - leeway - 1), expected) == "client id_token.expired"
    for name in ("iat", "nbf", "auth_time"):
        end = f"until {NOW + 300 + leeway}"
        assert _check(_token(**{name: NOW + leeway}), expected) == end  # type: ignore[arg-type]
        late = _token(**{name: NOW + leeway + 1})  # type: ignore[arg-type]
        assert _check(late, expected) == "client id_token.not_yet_valid"


def test_a_token_of_a_week_ago_is_believed_while_it_lasts() -> None:
    assert _check(_token(iat=NOW - 604_800)) == BELIEVED


@pytest.mark.parametrize("nonce", [..., None, "", "n-11", "N-1", "n-", 1, ["n-1"], {"n-1": 1}])
@pytest.mark.parametrize("verify_claims", [True, False])
def test_a_token_of_another_login_is_refused(nonce: object, verify_claims: bool) -> None:
    expected = replace(EXPECTED, verify_claims=verify_claims)
    assert _check(_token(nonce=nonce), expected) == "client id_token.nonce"


def test_a_nonce_is_not_looked_at_where_none_is_expected() -> None:
    without = replace(EXPECTED, nonce=None)
    for nonce in (..., "n-2", None):
        assert _check(_token(nonce=nonce), without) == BELIEVED


@pytest.mark.parametrize("alg", ["RS256", "ES384", "PS512", "HS256", "EdDSA"])
def test_a_hash_that_is_there_must_be_that_of_what_came_along(alg: str) -> None:
    expected = replace(EXPECTED, access_token=TOKEN, code=CODE)
    header: dict[str, object] = {"alg": alg}
    right = {"at_hash": half_hash.of(TOKEN, alg), "c_hash": half_hash.of(CODE, alg)}
    assert _check(_token(header, **right), expected) == BELIEVED
    assert _check(_token(header), expected) == BELIEVED
    for name in ("at_hash", "c_hash"):
        good = str(right[name])
        wrong = half_hash.of(Secret("other"), alg)
        for value in (
            wrong,
            f"{good}1",
            f"{good}=",
            good[:-1],
            "",
            None,
            1,
            [good],
            good.swapcase(),
        ):
            claims = {**right, name: value}
            assert _check(_token(header, **claims), expected) == f"client id_token.{name}"


def test_a_hash_of_nothing_that_came_along_is_not_looked_at() -> None:
    assert _check(_token(at_hash="x", c_hash=1)) == BELIEVED
    only = replace(EXPECTED, code=CODE)
    assert _check(_token(at_hash="x", c_hash=half_hash.of(CODE, "RS256")), only) == BELIEVED


def test_a_hash_of_an_algorithm_without_one_is_refused() -> None:
    expected = replace(EXPECTED, access_token=TOKEN)
    assert _check(_token({"alg": "ES256K"}, at_hash="x"), expected) == "client id_token.at_hash"


@pytest.mark.parametrize("leeway", [0, 5])
def test_an_old_authentication_is_refused_where_its_age_is_limited(leeway: int) -> None:
    expected = replace(EXPECTED, max_age=60, leeway=leeway)
    fresh = _token(auth_time=NOW - 59 - leeway)
    assert _check(fresh, expected) == f"until {NOW + 1}"
    assert _check(fresh, expected, now=NOW + 1) == "client id_token.too_old"
    assert _check(_token(auth_time=NOW - 60 - leeway), expected) == "client id_token.too_old"
    assert _check(_token(), expected) == "client id_token.too_old"
    assert _check(_token(auth_time=None), expected) == "client id_token.claim"
    assert _check(_token(auth_time=NOW + leeway + 1), expected) == "client id_token.not_yet_valid"


def test_an_age_of_zero_believes_no_authentication_that_is_over() -> None:
    now = replace(EXPECTED, max_age=0, leeway=1)
    assert _check(_token(auth_time=NOW), now) == f"until {NOW + 1}"
    assert _check(_token(auth_time=NOW - 1), now) == "client id_token.too_old"


def test_a_long_age_does_not_outlive_the_token() -> None:
    expected = replace(EXPECTED, max_age=99_999)
    assert _check(_token(auth_time=NOW), expected) == BELIEVED


@pytest.mark.parametrize(
    "domain", [..., None, "", "example.com", "EXAMPLE.ORG", ["example.org"], 1]
)
def test_another_domain_is_refused(domain: object) -> None:
    expected = replace(EXPECTED, domains=("example.org", "example.net"))
    assert _check(_token(hd=domain), expected) == "client id_token.domain"
    assert _check(_token(hd="example.net"), expected) == BELIEVED
    assert _check(_token(hd=domain)) == BELIEVED


@pytest.mark.parametrize(
    "typ", ["at+jwt", "logout+jwt", "DPoP+JWT", "application/at+jwt", "secevent+jwt", "x+jwt"]
)
@pytest.mark.parametrize("verify_claims", [True, False])
def test_another_kind_of_token_is_refused_by_its_type(typ: str, verify_claims: bool) -> None:
    expected = replace(EXPECTED, verify_claims=verify_claims)
    assert _check(_token({"typ": typ}), expected) == "client id_token.kind"


@pytest.mark.parametrize("typ", ["JWT", "jwt", "application/jwt", "JOSE"])
def test_a_type_that_says_nothing_is_accepted(typ: str) -> None:
    assert _check(_token({"typ": typ})) == BELIEVED


@pytest.mark.parametrize(
    "claims",
    [{"token_use": "access"}, {"token_use": "refresh"}, {"typ": "Bearer"}, {"typ": "Refresh"},
     {"typ": "Offline"}, {"typ": "Logout"}, {"typ": "DPoP"}, {"events": {LOGOUT_EVENT: {}}}],
)  # fmt: skip
def test_another_kind_of_token_is_refused_by_its_claims(claims: dict[str, object]) -> None:
    _refused("id_token.kind", **claims)


def test_what_providers_write_into_id_tokens_is_accepted() -> None:
    for claims in ({"token_use": "id"}, {"typ": "ID"}, {"typ": 1}, {"events": []}, {"events": {}}):
        assert _check(_token(**claims)) == BELIEVED  # type: ignore[arg-type]


def test_without_claims_checks_only_kind_subject_and_nonce_are_looked_at() -> None:
    off = replace(EXPECTED, verify_claims=False, domains=("x",), max_age=1, access_token=TOKEN)
    odd = _token(iss="https://x", exp="x", iat=..., aud=[], azp=1, at_hash="x", hd=1)
    assert _check(odd, off) == "until None"


def test_a_foreign_issuer_is_shown_on_one_short_line() -> None:
    with pytest.raises(Fault) as raised:
        check(_token(iss="a\nb\x1b[31m" + "x" * 999), EXPECTED, FixedClock(NOW))
    assert "\n" not in str(raised.value)
    assert "\x1b" not in str(raised.value)
    assert len(str(raised.value)) < 800


def test_texts_are_the_same_or_not_whatever_they_hold() -> None:
    assert same_text("ä\ud800", "ä\ud800")
    for given, known in (("a", "b"), ("", "a"), (None, None), (1, 1), ("a", None), (["a"], "a")):
        assert not same_text(given, known)
