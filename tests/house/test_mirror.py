"""Every source file has its own tests, at the mirrored path.

tests/house/mirror_debt.txt lists the files that still owe theirs. The list may only shrink: a file
that has its tests is struck off, and so is one that is gone.
"""

from pathlib import Path

from tests.house.source import ROOT, sources

# Lower it with the list; never raise it.
DEBT_AT_MOST = 0


def mirror_of(name: str) -> Path:
    """Return where the tests of a source file stand: oidc/jose.py → unit/oidc/test_jose.py."""
    path = Path(name)
    return Path("tests/unit") / path.parent / f"test_{path.stem.strip('_')}.py"


def mirrored(name: str) -> bool:
    """Return whether it must be mirrored: front doors (``__init__``) hold no logic to test."""
    return not name.endswith("__init__.py")


def missing(names: list[str], root: Path = ROOT) -> set[str]:
    return {n for n in names if mirrored(n) and not (root / mirror_of(n)).is_file()}


def debt() -> list[str]:
    lines = (ROOT / "tests/house/mirror_debt.txt").read_text().splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def test_every_source_file_has_its_tests_at_the_mirrored_path() -> None:
    owing = missing([source.name for source in sources()]) - set(debt())
    assert not owing, "write these:\n  " + "\n  ".join(
        str(mirror_of(name)) for name in sorted(owing)
    )


def test_the_debt_only_shrinks() -> None:
    paid = set(debt()) - missing([source.name for source in sources()])
    assert not paid, f"strike these off mirror_debt.txt, they owe nothing any more: {sorted(paid)}"
    assert len(debt()) <= DEBT_AT_MOST, "a new file comes with its tests"
    assert len(debt()) == DEBT_AT_MOST, f"the debt shrank: set DEBT_AT_MOST to {len(debt())}"


def test_a_file_without_tests_is_found(tmp_path: Path) -> None:
    (tmp_path / "tests/unit/a").mkdir(parents=True)
    (tmp_path / "tests/unit/a/test_b.py").touch()
    assert missing(["a/b.py", "a/c.py", "a/__init__.py"], tmp_path) == {"a/c.py"}
