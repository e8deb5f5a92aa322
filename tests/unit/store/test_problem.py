import pytest

from gatepost.store.problem import KongYamlError, Problem, parsed, written


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ((), ""),
        (("services", 0, "routes", 1, "paths", 0), "services[0].routes[1].paths[0]"),
        (("headers", "X-Foo"), "headers.X-Foo"),
        (("config", "a.b", "c d", 0), 'config["a.b"]["c d"][0]'),
        ((0,), "[0]"),
    ],
)
def test_a_place_is_written_and_read_back(place: tuple[str | int, ...], text: str) -> None:
    assert written(place) == text
    assert parsed(text) == place


def test_a_problem_reads_as_a_line() -> None:
    assert str(Problem("a[0]", "is wrong", 7)) == "line 7: a[0]: is wrong"
    assert str(Problem("", "is empty")) == "is empty"


def test_the_error_counts_the_mistakes_and_keeps_them() -> None:
    error = KongYamlError([Problem("a", "x"), Problem("b", "y")])
    assert error.message == "the configuration has 2 mistakes"
    assert error.code == "config.kong_yaml"
    assert [problem.path for problem in error.problems] == ["a", "b"]
    assert KongYamlError([Problem("a", "x")]).message == "the configuration has 1 mistake"
