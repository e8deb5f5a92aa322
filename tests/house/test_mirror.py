"""Every source file has its own tests, at the mirrored path.

tests/house/mirror_debt.txt lists the files that still owe theirs. The list may only shrink: a file
that has its tests is struck off, and so is one that is gone.
"""

import ast
from pathlib import Path

from tests.house.source import ROOT, Source, sources

# Lower it with the list; never raise it.
DEBT_AT_MOST = 0


def mirror_of(name: str) -> Path:
    """Return where the tests of a source file stand: oidc/jose.py → unit/oidc/test_jose.py."""
    path = Path(name)
    return Path("tests/unit") / path.parent / f"test_{path.stem.strip('_')}.py"


def mirrored(source: Source) -> bool:
    """Return whether it must be mirrored: ``__init__`` and a bare ``__main__`` hold no logic."""
    if source.name.endswith("__main__.py"):
        return any(isinstance(n, ast.FunctionDef | ast.ClassDef) for n in ast.walk(source.tree))
    return not source.name.endswith("__init__.py")


def missing(files: list[Source], root: Path = ROOT) -> set[str]:
    """Return the names of the files whose tests are not there."""
    return {s.name for s in files if mirrored(s) and not (root / mirror_of(s.name)).is_file()}


def debt() -> list[str]:
    lines = (ROOT / "tests/house/mirror_debt.txt").read_text().splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def test_every_source_file_has_its_tests_at_the_mirrored_path() -> None:
    owing = missing(sources()) - set(debt())
    assert not owing, "write these:\n  " + "\n  ".join(
        str(mirror_of(name)) for name in sorted(owing)
    )


def test_the_debt_only_shrinks() -> None:
    paid = set(debt()) - missing(sources())
    assert not paid, f"strike these off mirror_debt.txt, they owe nothing any more: {sorted(paid)}"
    assert len(debt()) <= DEBT_AT_MOST, "a new file comes with its tests"
    assert len(debt()) == DEBT_AT_MOST, f"the debt shrank: set DEBT_AT_MOST to {len(debt())}"


def test_a_file_without_tests_is_found(tmp_path: Path) -> None:
    (tmp_path / "tests/unit/a").mkdir(parents=True)
    (tmp_path / "tests/unit/a/test_b.py").touch()
    files = [Source(f"a/{name}.py", "") for name in ("b", "c", "__init__", "__main__")]
    assert missing(files, tmp_path) == {"a/c.py"}
    assert missing([Source("a/__main__.py", "def f(): ...")], tmp_path) == {"a/__main__.py"}
