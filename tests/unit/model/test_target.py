import pytest

from gatepost.model import Target
from tests.unit.model.saying import ID, OTHER, mistakes


@pytest.mark.parametrize(
    ("text", "stored"),
    [("a", "a:8000"), ("a:1", "a:1"), ("10.0.0.1", "10.0.0.1:8000"), ("::1", "[::1]:8000"),
     ("[::1]:9", "[::1]:9")],
)  # fmt: skip
def test_a_target_is_stored_with_its_port(text: str, stored: str) -> None:
    target = Target(id=ID, upstream=OTHER, target=text)
    assert target.target == stored
    assert f"{target.host}:{target.port}" == stored


@pytest.mark.parametrize("text", ["", "a:70000", "a:b", "http://a", "a b", "a/b"])
def test_a_wrong_target_says_how_it_is_written(text: str) -> None:
    assert "write it as host:port" in mistakes(Target, upstream=OTHER, target=text)["target"]


def test_the_weight_is_100_unless_told_and_bounded() -> None:
    assert Target(id=ID, upstream=OTHER, target="a").weight == 100
    assert mistakes(Target, upstream=OTHER, target="a", weight=65536).keys() == {"weight"}


def test_times_may_have_fractions() -> None:
    assert mistakes(Target, upstream=OTHER, target="a", created_at=1700000000.123) == {}
    assert mistakes(Target, upstream=OTHER, target="a", created_at="x") == {
        "created_at": "expected a number"
    }
