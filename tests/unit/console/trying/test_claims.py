import pytest

from gatepost.console.trying.claims import countdown, explained, written

NOW = 1_800_000_000.0


def test_what_decides_comes_first_and_what_nobody_knows_last() -> None:
    claims = {
        "colour": "red",
        "sub": "ann",
        "exp": NOW,
        "iss": "https://id.test",
        "aud": ["a", "b"],
    }
    told = explained(claims)
    assert [one.name for one in told] == ["iss", "aud", "exp", "sub", "colour"]
    assert [one.known for one in told] == [True, True, True, True, False]
    assert told[1].value == "a, b"
    assert (told[2].ends, told[2].value.startswith("2027-01-15 08:00:00 UTC")) == (NOW, True)


@pytest.mark.parametrize("name", ["client_id", "cid", "azp"])
def test_an_application_that_speaks_for_itself_is_no_person(name: str) -> None:
    told = {one.name: one.says for one in explained({"sub": "app", name: "app"})}
    assert "no person" in told["sub"]
    told = {one.name: one.says for one in explained({"sub": "ann", name: "app"})}
    assert "no person" not in told["sub"]


@pytest.mark.parametrize("wrong", ["soon", None, True, [], -1, 1e300, 10**30, float("inf")])
def test_a_moment_that_is_none_is_shown_as_it_stands(wrong: object) -> None:
    (told,) = explained({"exp": wrong})
    assert told.ends is None


def test_hostile_claims_are_texts() -> None:
    strange = {
        "<script>": "<script>alert(1)</script>",
        "\u202ex": {"a": [1, None]},
        "": "x" * 10_000,
    }
    told = {one.name: one.value for one in explained(strange)}
    assert told["<script>"] == "<script>alert(1)</script>"
    assert told["\u202ex"] == '{"a": [1, null]}'
    assert len(told[""]) == 2000


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (61.5, "It ends in 1:01."), (5, "It ends in 0:05."), (3661, "It ends in 1:01:01."),
        (86400 * 3, "It ends in 3 d."), (0, "It ended just now."), (-60, "It ended 1 min ago."),
    ],
)  # fmt: skip
def test_the_end_is_counted_down_to(left: float, words: str) -> None:
    assert countdown(NOW + left, NOW) == words


@pytest.mark.parametrize(("value", "text"), [("a", "a"), (["a"], "a"), ([], "[]"), ([1], "[1]")])
def test_lists_of_words_are_written_as_words(value: object, text: str) -> None:
    assert written(value) == text
