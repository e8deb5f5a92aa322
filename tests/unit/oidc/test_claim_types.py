import pytest

from gatepost.oidc.claim_types import (
    LAST_INSTANT,
    SUBJECT_LIMIT,
    WrongClaim,
    WrongType,
    audience,
    instant,
    text,
    until,
)
from gatepost.values import FixedClock

NOW = 1_800_000_000


def test_what_is_absent_is_none() -> None:
    assert (instant({}, "exp"), text({}, "sub"), audience({})) == (None, None, None)


@pytest.mark.parametrize("value", [0, 1.5, 1_800_000_000, LAST_INSTANT])
def test_a_time_is_a_number_in_range(value: float) -> None:
    assert instant({"exp": value}, "exp") == value


@pytest.mark.parametrize(
    "value", ["1", "", None, True, False, [1], {"a": 1}, -1, -0.5, LAST_INSTANT + 1, 10**18]
)
def test_anything_else_is_no_time(value: object) -> None:
    with pytest.raises(WrongType, match=r"^exp is "):
        instant({"exp": value}, "exp")


@pytest.mark.parametrize("value", ["a", "00u1|x", "ä b", "x" * SUBJECT_LIMIT])
def test_a_text_is_short_and_plain(value: str) -> None:
    assert text({"sub": value}, "sub") == value


@pytest.mark.parametrize(
    "value",
    ["", None, 1, True, ["a"], {"a": 1}, "x" * (SUBJECT_LIMIT + 1), "a\nb", "a\x00", "\x7f", "\t"],
)
def test_anything_else_is_no_text(value: object) -> None:
    with pytest.raises(WrongType, match=r"^sub ") as raised:
        text({"sub": value}, "sub")
    assert "\n" not in str(raised.value)


def test_the_limit_of_a_text_may_be_told() -> None:
    assert text({"jti": "abc"}, "jti", limit=3) == "abc"
    with pytest.raises(WrongType):
        text({"jti": "abcd"}, "jti", limit=3)


def test_an_audience_is_a_text_or_a_list_of_texts() -> None:
    assert audience({"aud": "a b"}) == ("a b",)
    assert audience({"aud": ["a", "b"]}) == ("a", "b")


@pytest.mark.parametrize(
    "value", ["", [], [1], {"a": 1}, [["api"]], None, 1, ["api", ""], ["api", None], True]
)
def test_anything_else_is_no_audience(value: object) -> None:
    with pytest.raises(WrongType, match="aud"):
        audience({"aud": value})


def _until(leeway: float = 0, **claims: object) -> str:
    try:
        return f"until {until(claims, leeway, FixedClock(NOW))}"
    except WrongClaim as reason:
        return f"{type(reason).__name__}: {reason}"


@pytest.mark.parametrize("leeway", [0, 60])
def test_the_boundaries_of_time_are_exact(leeway: int) -> None:
    assert _until(leeway, exp=NOW - leeway + 1) == f"until {NOW + 1}"
    assert _until(leeway, exp=NOW - leeway) == f"Expired: exp is {NOW - leeway}"
    for name in ("nbf", "iat"):
        assert _until(leeway, **{name: NOW + leeway}) == "until None"
        late = NOW + leeway + 1
        assert _until(leeway, **{name: late}) == f"NotYetValid: {name} is {late}"


def test_a_token_without_times_has_no_end() -> None:
    assert _until() == "until None"


@pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
def test_every_time_is_checked_by_type_before_any_by_value(name: str) -> None:
    claims = {"exp": NOW - 9, name: "1999999999"}
    assert _until(**claims) == f"WrongType: {name} is not a number"


def test_the_clock_learns_when_the_answer_changes() -> None:
    clock = FixedClock(NOW)
    assert until({"exp": NOW + 9, "iat": NOW}, 5, clock) == NOW + 14
    assert (clock.deadline, clock.raw) == (NOW + 14, False)
