from gatepost.outside.coverage import Coverage
from gatepost.plugin import Revocation
from gatepost.values import Tag, TagKind

ANN, BOB = (Tag.of(TagKind.SUBJECT, "https://a", name) for name in ("ann", "bob"))


def test_one_revocation_covers_another_that_says_no_more() -> None:
    coverage = Coverage([Revocation(1, ANN, 100.0, 500.0, "x", "y")])
    assert coverage.covers(Revocation(7, ANN, 100.0, 500.0, "other", "words"))
    assert coverage.covers(Revocation(7, ANN, 50.0, 400.0))
    assert not coverage.covers(Revocation(7, ANN, 101.0, 500.0))
    assert not coverage.covers(Revocation(7, ANN, 100.0, 501.0))
    assert not coverage.covers(Revocation(7, ANN, 100.0, None))
    assert not coverage.covers(Revocation(7, BOB, 100.0, 500.0))


def test_what_is_covered_takes_no_room() -> None:
    coverage = Coverage()
    for moment in (1.0, 2.0, 3.0, 2.0):
        coverage.add(Revocation(1, ANN, moment, 500.0))
    assert coverage.size == 1
    coverage.add(Revocation(1, ANN, 1.0, None))
    assert coverage.size == 2  # one refuses more, the other lasts longer
    coverage.add(Revocation(1, ANN, 9.0, None))
    assert coverage.size == 1
    assert coverage.covers(Revocation(1, ANN, 9.0, 1e12))
