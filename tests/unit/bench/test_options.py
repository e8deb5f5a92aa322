import pytest

from bench.options import read


def test_words_choose_cases_by_any_part_of_their_name() -> None:
    options = read(["--only", "jwt, haproxy"])
    assert options.wants("gatepost-jwt-cold")
    assert options.wants("haproxy-bare")
    assert not options.wants("envoy-bare")
    assert read([]).wants("envoy-bare")


def test_there_are_never_fewer_tokens_than_routes() -> None:
    assert read(["--routes", "500", "--tokens", "10"]).tokens == 500


@pytest.mark.parametrize("arguments", [["--rounds", "0"], ["--seconds", "x"], ["--colour"]])
def test_what_cannot_be_followed_is_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit):
        read(arguments)
