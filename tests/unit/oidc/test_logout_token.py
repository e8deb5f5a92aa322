from collections.abc import Callable

import pytest

from gatepost.oidc import (
    ExpectedLogoutToken,
    Key,
    KeySet,
    LogoutToken,
    UnknownKey,
    logout_token,
    sign,
)
from gatepost.oidc.claim_types import LOGOUT_EVENT
from gatepost.values import By, Fault, FixedClock, Secret

NOW = 1_800_000_000
ISSUER = "https://issuer.example"
EXPECTED = ExpectedLogoutToken(ISSUER, ("gate", "other-of-ours"))
Verify = Callable[..., LogoutToken]
Code = Callable[..., str]


def _signed(key: Key | Secret, header: dict[str, object] | None = None, **changes: object) -> str:
    claims: dict[str, object] = {
        "iss": ISSUER,
        "aud": "gate",
        "iat": NOW,
        "exp": NOW + 120,
        "jti": "bWJq",
        "sub": "alice",
        "sid": "s-1",
        "events": {LOGOUT_EVENT: {}},
        **changes,
    }
    members = {name: value for name, value in claims.items() if value is not ...}
    return sign(members, key, header={"typ": "logout+jwt", **(header or {})})


@pytest.fixture
def verify(keys: KeySet) -> Verify:
    def go(text: str, expected: ExpectedLogoutToken = EXPECTED, *, now: float = NOW) -> LogoutToken:
        return logout_token.verify(text, keys, expected, FixedClock(now))

    return go


@pytest.fixture
def code(verify: Verify) -> Code:
    def go(text: str, expected: ExpectedLogoutToken = EXPECTED, *, now: float = NOW) -> str:
        with pytest.raises(Fault) as raised:
            verify(text, expected, now=now)
        assert raised.value.by is By.CLIENT
        return raised.value.code

    return go


def test_an_honest_token_says_who_logged_out(verify: Verify, rsa: Key, ec: Key) -> None:
    for key in (rsa, ec):
        assert verify(_signed(key, ignored_claim="x")) == LogoutToken(
            issuer=ISSUER,
            subject="alice",
            session="s-1",
            jti="bWJq",
            issued_at=NOW,
            expires=NOW + 120,
            client_id="gate",
        )


def test_a_subject_or_a_session_is_enough(verify: Verify, rsa: Key) -> None:
    by_subject = verify(_signed(rsa, sid=...))
    assert (by_subject.subject, by_subject.session) == ("alice", None)
    by_session = verify(_signed(rsa, sub=...))
    assert (by_session.subject, by_session.session) == (None, "s-1")


def test_a_token_about_nobody_is_refused(code: Code, rsa: Key) -> None:
    assert code(_signed(rsa, sub=..., sid=...)) == "logout_token.nobody"


def test_a_session_is_missed_where_one_is_required(verify: Verify, code: Code, rsa: Key) -> None:
    required = ExpectedLogoutToken(ISSUER, ("gate",), session_required=True)
    assert verify(_signed(rsa, sub=...), required).session == "s-1"
    assert code(_signed(rsa, sid=...), required) == "logout_token.nobody"


@pytest.mark.parametrize("name", ["sub", "sid", "jti"])
@pytest.mark.parametrize(
    "value",
    ["", None, 1, True, ["a"], {"a": 1}, "a\nb", "\x00", "x" * 1_025],
)
def test_a_name_that_is_no_short_plain_text_is_refused(
    code: Code, rsa: Key, name: str, value: object
) -> None:
    assert code(_signed(rsa, **{name: value})) == "logout_token.claim"  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["jti", "iat", "exp"])
def test_what_is_required_is_missed_by_name(verify: Verify, rsa: Key, name: str) -> None:
    with pytest.raises(Fault, match=rf"^logout_token\.claim: The .* holds no {name}\.$"):
        verify(_signed(rsa, **{name: ...}))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["iat", "exp", "nbf"])
@pytest.mark.parametrize("value", ["1999999999", "", None, True, [NOW], {}, -1, 10**18])
def test_a_time_that_is_no_number_in_range_is_refused(
    code: Code, rsa: Key, name: str, value: object
) -> None:
    assert code(_signed(rsa, **{name: value})) == "logout_token.claim"  # type: ignore[arg-type]


@pytest.mark.parametrize("leeway", [0, 30])
def test_the_boundaries_of_time_are_exact(
    verify: Verify, code: Code, rsa: Key, leeway: int
) -> None:
    expected = ExpectedLogoutToken(ISSUER, ("gate",), leeway=leeway)
    text = _signed(rsa)
    assert verify(text, expected, now=NOW + 120 + leeway - 1).expires == NOW + 120 + leeway
    assert code(text, expected, now=NOW + 120 + leeway) == "logout_token.expired"
    assert verify(text, expected, now=NOW - leeway)
    assert code(text, expected, now=NOW - leeway - 1) == "logout_token.not_yet_valid"
    later = _signed(rsa, nbf=NOW + leeway + 1)
    assert code(later, expected) == "logout_token.not_yet_valid"
    assert verify(later, expected, now=NOW + 1)


@pytest.mark.parametrize("leeway", [0, 30])
def test_an_old_token_is_refused_however_long_it_says_it_lives(
    verify: Verify, code: Code, rsa: Key, leeway: int
) -> None:
    expected = ExpectedLogoutToken(ISSUER, ("gate",), leeway=leeway)
    text = _signed(rsa, exp=NOW + 99_999)
    assert verify(text, expected, now=NOW + 600 + leeway - 1).expires == NOW + 600 + leeway
    assert code(text, expected, now=NOW + 600 + leeway) == "logout_token.too_old"
    shorter = ExpectedLogoutToken(ISSUER, ("gate",), age=60)
    assert code(text, shorter, now=NOW + 60) == "logout_token.too_old"


@pytest.mark.parametrize(
    "issuer", [..., None, "", f"{ISSUER}INVALID", f"{ISSUER}/", ISSUER.upper(), [ISSUER], 1]
)
def test_any_other_issuer_is_refused(code: Code, rsa: Key, issuer: object) -> None:
    assert code(_signed(rsa, iss=issuer)) == "logout_token.issuer"


@pytest.mark.parametrize(
    "audience",
    [..., None, "", "gateINVALID", "GATE", "gat", [], ["x"], ["gate", 1], ["gate", ""], {"a": 1},
     [["gate"]], "gate other-of-ours"],
)  # fmt: skip
def test_any_other_audience_is_refused(code: Code, rsa: Key, audience: object) -> None:
    assert code(_signed(rsa, aud=audience)) == "logout_token.audience"


def test_the_client_that_it_is_for_is_told(verify: Verify, rsa: Key) -> None:
    assert verify(_signed(rsa, aud=["stranger", "other-of-ours"])).client_id == "other-of-ours"
    assert verify(_signed(rsa, aud=["other-of-ours", "gate"])).client_id == "gate"


@pytest.mark.parametrize(
    "events",
    [
        *(..., None, "", [], {}, 1, LOGOUT_EVENT, [LOGOUT_EVENT], {LOGOUT_EVENT: None}),
        *({LOGOUT_EVENT: value} for value in (True, "", [], "{}", 1)),
        {"http://schemas.openid.net/event/foobar": {}},
        {f"{LOGOUT_EVENT}/": {}},
        {"https" + LOGOUT_EVENT[4:]: {}},
    ],
)
def test_a_token_of_another_event_or_none_is_refused(code: Code, rsa: Key, events: object) -> None:
    assert code(_signed(rsa, events=events)) == "logout_token.event"


def test_what_is_in_the_event_and_beside_it_is_ignored(verify: Verify, rsa: Key) -> None:
    assert verify(_signed(rsa, events={LOGOUT_EVENT: {"a": 1}, "urn:x": {}}))


@pytest.mark.parametrize("nonce", ["n", "", None, 1, {}])
def test_a_nonce_is_refused_whatever_it_is(code: Code, rsa: Key, nonce: object) -> None:
    assert code(_signed(rsa, nonce=nonce)) == "logout_token.nonce"


@pytest.mark.parametrize("typ", ["logout+jwt", "Logout+JWT", "application/logout+jwt"])
@pytest.mark.parametrize("strict", [True, False])
def test_its_type_may_say_that_it_is_a_logout_token(
    verify: Verify, rsa: Key, typ: str, strict: bool
) -> None:
    assert verify(_signed(rsa, {"typ": typ}), ExpectedLogoutToken(ISSUER, ("gate",), strict=strict))


@pytest.mark.parametrize("typ", [None, "JWT", "jwt", "application/jwt"])
def test_a_type_that_says_nothing_is_refused_in_strict_mode(
    verify: Verify, code: Code, rsa: Key, typ: str | None
) -> None:
    text = _signed(rsa, {"typ": typ})
    assert verify(text)
    assert code(text, ExpectedLogoutToken(ISSUER, ("gate",), strict=True)) == "logout_token.kind"


@pytest.mark.parametrize("typ", ["at+jwt", "secevent+jwt", "dpop+jwt", "", "logout", "JOSE", "x"])
def test_a_type_that_says_something_else_is_refused(code: Code, rsa: Key, typ: str) -> None:
    assert code(_signed(rsa, {"typ": typ})) == "logout_token.kind"


def test_an_id_token_does_not_log_out(code: Code, rsa: Key) -> None:
    claims = {"iss": ISSUER, "aud": "gate", "sub": "alice", "iat": NOW, "exp": NOW + 9, "jti": "j"}
    assert code(sign(claims, rsa)) == "logout_token.event"


def test_a_forged_token_is_refused(code: Code, rsa: Key, stranger: Key) -> None:
    _, payload, signature = _signed(rsa).split(".")
    assert code(_signed(stranger)) == "token.signature"
    assert code(f"eyJhbGciOiJub25lIn0.{payload}.") == "token.algorithm"
    assert code(f"eyJhbGciOiJOb25lIn0.{payload}.{signature}") == "token.algorithm"
    for text in ("", "garbage", "a.b.c", "a.b.c.d.e", "x" * 20_000):
        assert code(text) == "token.malformed"


def test_a_key_of_the_provider_with_another_algorithm_is_refused(
    verify: Verify, code: Code, rsa: Key, ec: Key
) -> None:
    only = ExpectedLogoutToken(ISSUER, ("gate",), frozenset({"RS256"}))
    assert verify(_signed(rsa), only)
    assert code(_signed(ec), only) == "token.algorithm"
    shared = _signed(Secret("canary"))
    assert code(shared) == "token.algorithm"
    secret = ExpectedLogoutToken(ISSUER, ("gate",), frozenset(), Secret("canary"))
    assert verify(shared, secret)
    assert code(_signed(rsa), secret) == "token.algorithm"
    assert "canary" not in repr(secret)


def test_an_unknown_key_lets_the_caller_fetch_keys_but_only_for_a_plausible_token(
    verify: Verify, rsa: Key, code: Code
) -> None:
    with pytest.raises(UnknownKey):
        verify(_signed(rsa, {"kid": "new"}))
    assert code(_signed(rsa, {"kid": "new"}, iss="https://evil")) == "logout_token.issuer"
    assert code(_signed(rsa, {"kid": "new"}, exp=NOW)) == "logout_token.expired"


def test_a_foreign_issuer_is_shown_on_one_short_line(verify: Verify, rsa: Key) -> None:
    with pytest.raises(Fault) as raised:
        verify(_signed(rsa, iss="a\nb\x1b[31m" + "x" * 999))
    assert "\n" not in str(raised.value)
    assert "\x1b" not in str(raised.value)
    assert len(str(raised.value)) < 600
