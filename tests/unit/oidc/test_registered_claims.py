import pytest

from gatepost.oidc import Expected
from gatepost.oidc.claim_types import LAST_INSTANT
from gatepost.oidc.registered_claims import check_claims, instant
from gatepost.values import By, Fault, FixedClock

NOW = 1_800_000_000
ISSUER = "https://issuer.example"


def _check(expected: Expected | None = None, *, complete: bool = True, **claims: object) -> str:
    members = {"iss": ISSUER, "sub": "alice", "aud": "api", "iat": NOW, "exp": NOW + 1, **claims}
    members = {name: value for name, value in members.items() if value is not ...}
    try:
        check_claims(members, expected or Expected(ISSUER), FixedClock(NOW), complete=complete)
    except Fault as fault:
        return fault.code if fault.by is By.CLIENT else f"{fault.by}: {fault.code}"
    return "believed"


def test_honest_claims_are_believed() -> None:
    assert _check() == "believed"


@pytest.mark.parametrize(
    "value",
    ["1999999999", -1, True, False, None, [NOW + 9], {"a": 1}, 10**18, "", LAST_INSTANT + 1],
)
@pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
def test_a_time_that_is_no_number_in_range_is_refused(name: str, value: object) -> None:
    assert _check(**{name: value}) == "token.claim"


def test_a_fraction_of_a_second_is_a_number() -> None:
    assert _check(exp=NOW + 0.5) == "believed"
    assert _check(exp=NOW - 0.5) == "token.expired"
    assert _check(exp=1.5) == "token.expired"


@pytest.mark.parametrize("leeway", [0, 60])
def test_the_boundaries_of_time_are_exact(leeway: int) -> None:
    expected = Expected(ISSUER, leeway=leeway)
    assert _check(expected, exp=NOW - leeway + 1) == "believed"
    assert _check(expected, exp=NOW - leeway) == "token.expired"
    assert _check(expected, exp=NOW - leeway - 1) == "token.expired"
    for name in ("nbf", "iat"):
        assert _check(expected, **{name: NOW + leeway}) == "believed"
        assert _check(expected, **{name: NOW + leeway + 1}) == "token.not_yet_valid"
    assert _check(expected, iat=NOW + 3600) == "token.not_yet_valid"


def test_the_end_is_told_with_leeway_and_the_clock_knows_it() -> None:
    clock = FixedClock(NOW)
    claims = {"iss": ISSUER, "exp": NOW + 100, "auth_time": NOW - 50}
    assert check_claims(claims, Expected(ISSUER, leeway=5), clock) == NOW + 105
    assert clock.deadline == NOW + 105
    assert not clock.raw
    assert check_claims(claims, Expected(ISSUER, leeway=5, max_age=60), clock) == NOW + 15
    assert clock.deadline == NOW + 15


def test_a_refusal_knows_when_it_would_become_an_acceptance() -> None:
    clock = FixedClock(NOW)
    with pytest.raises(Fault, match="not_yet_valid"):
        check_claims({"iss": ISSUER, "nbf": NOW + 30}, Expected(ISSUER), clock)
    assert clock.deadline == NOW + 30


def test_without_an_end_a_token_is_believed_unless_strict() -> None:
    assert _check(exp=...) == "believed"
    assert _check(Expected(ISSUER, strict=True), exp=...) == "token.claim"
    clock = FixedClock(NOW)
    assert check_claims({"iss": ISSUER}, Expected(ISSUER), clock) is None


@pytest.mark.parametrize(
    "issuer",
    [..., None, "", f"{ISSUER}/", ISSUER.upper(), "http://issuer.example", f"{ISSUER}1", [ISSUER],
     "https://issuer.example@evil.example", "https://issuer.ex\u0430mple", {"a": 1}, 1],
)  # fmt: skip
def test_any_other_issuer_is_refused(issuer: object) -> None:
    assert _check(iss=issuer) == "token.issuer"


def test_allowed_issuers_replace_the_one_and_hold_without_claims_checks() -> None:
    allowed = Expected(ISSUER, issuers_allowed=("https://a", "https://b"), verify_claims=False)
    assert _check(allowed, iss="https://b", exp=0) == "believed"
    assert _check(allowed, iss=ISSUER) == "token.issuer"
    assert _check(allowed, iss=...) == "token.issuer"


def test_without_claims_checks_only_the_kind_is_looked_at() -> None:
    off = Expected(ISSUER, verify_claims=False)
    assert _check(off, iss="https://x", exp="x", aud=[], sub=1) == "believed"
    assert _check(off, token_use="refresh") == "token.kind"


@pytest.mark.parametrize("audience", ["", [], [1], {"a": 1}, [["api"]], None, 1, ["api", ""]])
def test_an_audience_of_the_wrong_type_is_refused_even_unasked(audience: object) -> None:
    assert _check(aud=audience) == "token.audience"


@pytest.mark.parametrize(
    "audience", [..., "ap", "API", "api/", "\u0430pi", ["a", "p"], "api other"]
)
def test_another_audience_is_refused_where_one_is_asked_for(audience: object) -> None:
    assert _check(Expected(ISSUER, audience=("api",)), aud=audience) == "token.audience"


def test_one_of_several_audiences_is_enough() -> None:
    expected = Expected(ISSUER, audience=("api", "other"))
    assert _check(expected, aud=["x", "other"]) == "believed"
    assert _check(aud=...) == "believed"


@pytest.mark.parametrize("subject", ["", 1, {"a": 1}, None, "x" * 300_000, "a\nb", "a\x00", "\x7f"])
def test_a_subject_that_is_no_plain_short_text_is_refused(subject: object) -> None:
    assert _check(sub=subject) == "token.claim"
    assert _check(sub=...) == "believed"


def test_domains_and_age_are_missed_where_they_are_asked_for() -> None:
    domains = Expected(ISSUER, domains=("example.org",))
    assert _check(domains, hd="example.org") == "believed"
    for hd in (..., "example.com", None, ["example.org"], ""):
        assert _check(domains, hd=hd) == "token.domain"
    age = Expected(ISSUER, max_age=60)
    assert _check(age, auth_time=NOW - 59) == "believed"
    assert _check(age, auth_time=NOW - 60) == "token.too_old"
    assert _check(age) == "token.too_old"
    assert _check(age, auth_time="now") == "token.claim"


@pytest.mark.parametrize(
    "claims",
    [
        {"token_use": "refresh"},
        {"token_type": "refresh_token"},
        {"typ": "Refresh"},
        {"typ": "Offline"},
        {"typ": "Logout"},
        {"events": {"http://schemas.openid.net/event/backchannel-logout": {}}},
    ],
)
def test_refresh_and_logout_tokens_are_never_access_tokens(claims: dict[str, object]) -> None:
    assert _check(**claims) == "token.kind"


def test_strict_refuses_id_tokens_bound_tokens_and_what_is_missing() -> None:
    strict = Expected(ISSUER, strict=True)
    assert _check(strict) == "believed"
    assert _check(strict, token_use="id") == "token.kind"
    assert _check(strict, typ="ID") == "token.kind"
    assert _check(strict, cnf={"jkt": "x"}) == "token.proof_missing"
    assert _check(strict, sub=...) == "token.claim"
    assert _check(strict, aud=...) == "token.audience"
    assert _check(token_use="id", cnf={"jkt": "x"}) == "believed"


def test_an_incomplete_answer_may_leave_out_what_nobody_asked_for_by_name() -> None:
    strict = Expected(ISSUER, strict=True)
    assert _check(strict, complete=False, iss=..., exp=..., sub=..., aud=...) == "believed"
    assert _check(strict, complete=False, iss="https://x") == "token.issuer"
    assert _check(strict, complete=False, iss=None) == "token.issuer"
    named = Expected(ISSUER, audience=("api",))
    assert _check(named, complete=False, aud=...) == "token.audience"


def test_a_cause_shows_a_foreign_issuer_on_one_line() -> None:
    with pytest.raises(Fault) as raised:
        check_claims({"iss": "a\nb\x1b[31m" + "x" * 999}, Expected(ISSUER), FixedClock(NOW))
    assert "\n" not in str(raised.value)
    assert "\x1b" not in str(raised.value)
    assert len(str(raised.value)) < 800


def test_an_absent_time_is_none() -> None:
    assert instant({}, "exp") is None
    assert instant({"exp": 5}, "exp") == 5
