from gatepost.console.reasons import reason
from gatepost.console.reasons_of_providers import PROVIDERS


def test_its_words_are_those_that_are_told() -> None:
    for code, words in PROVIDERS.items():
        assert tuple(reason(code)) == words


def test_no_two_codes_say_just_the_same_happened() -> None:
    happened = [words[0] for words in PROVIDERS.values()]
    assert len(set(happened)) == len(happened)
