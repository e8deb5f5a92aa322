import pytest

from gatepost.console.telling.claims import cause_words, lack_words


@pytest.mark.parametrize(
    ("code", "has", "said"),
    [
        ("audience.missing", "a", "The token's aud is a, but this route wants b."),
        ("audience.missing", "", "The token has no aud, but this route wants b."),
        ("groups.missing", "a", "Whoever calls is in a (aud), but this route wants b."),
        ("claims.forbidden", "a", "The token has the claim aud, which this route forbids."),
        ("consumer.unknown", "", "The token has no aud that could name a consumer."),
    ],
)
def test_what_lacks_is_a_sentence(code: str, has: str, said: str) -> None:
    assert lack_words(code, {"claim": "aud", "wants": "b", "has": has}) == said


def test_braces_in_a_claim_are_not_filled_in() -> None:
    told = lack_words("audience.missing", {"claim": "{has}", "wants": "{0}", "has": "{claim}"})
    assert told == "The token's {has} is {claim}, but this route wants {0}."


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        ("exp is 1800000000", "The token ended at 2027-01-15 08:00:00 UTC (exp)."),
        ("nbf is 1800000000", "The token is good from 2027-01-15 08:00:00 UTC only (nbf)."),
        (
            "aud is 'a', 'b', accepted: c, d",
            "The token's aud is a, b, but this route wants c, d.",
        ),
        ("exp is 99999999999999999", "exp is 99999999999999999"),
        ("it said invalid_client.", "it said invalid_client"),
        ("", ""),
    ],
)
def test_what_lies_behind_is_told_in_words_where_it_is_known(cause: str, said: str) -> None:
    assert cause_words(cause) == said


def test_a_time_far_away_is_no_failure() -> None:
    assert "5138" in cause_words("exp is 99999999999")


def test_a_long_cause_takes_no_long_time() -> None:
    assert cause_words("iss is " + "a, accepted: " * 5000)
