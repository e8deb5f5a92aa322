"""What `make test` begins with is there: a file that was renamed would silently come last."""

from tests.conftest import LONGEST, longest

ROOT = LONGEST.parents[1]


def test_each_of_the_longest_files_exists_and_is_named_once() -> None:
    names = longest()
    assert [name for name in names if not (ROOT / name).is_file()] == []
    assert len(names) == len(set(names)) > 0
