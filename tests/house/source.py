"""The tree as the house tests see it: files, their modules and their syntax trees."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src" / "gatepost"


@dataclass(frozen=True)
class Source:
    """One Python file, named by its path under src/gatepost."""

    name: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def package(self) -> str:
        """The floor it stands on: the first folder, or nothing for gatepost itself."""
        return self.name.split("/")[0] if "/" in self.name else ""

    @property
    def package_path(self) -> str:
        """The folder it stands in, under src/gatepost."""
        return self.name.rpartition("/")[0]

    def strings(self) -> Iterator[tuple[int, str]]:
        """Yield each string that the code uses, with its line; docstrings are not used."""
        prose = {id(node.value) for node in ast.walk(self.tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and id(node) not in prose:
                if isinstance(node.value, bytes):
                    yield node.lineno, node.value.decode("latin-1")
                elif isinstance(node.value, str):
                    yield node.lineno, node.value


def sources() -> list[Source]:
    """Return every Python file of the product."""
    found = sorted(SRC.rglob("*.py"))
    assert found, f"no source files under {SRC}"
    return [
        Source(path.relative_to(SRC).as_posix(), path.read_text(encoding="utf-8")) for path in found
    ]


def tracked_files() -> list[Path]:
    """Return every file that git holds or would hold, as paths that exist."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    names = [name for name in listing.stdout.decode().split("\0") if name]
    assert names, "git lists no files"
    return [ROOT / name for name in names if (ROOT / name).is_file()]
