"""What src imports is declared in pyproject.toml, and what is declared is imported."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions

from tests.house.source import ROOT, Source, sources

# Declared and never imported: why.
USED_BY_OTHERS = {
    "uvloop": "uvicorn's event loop",
    "httptools": "uvicorn's HTTP parser",
    "websockets": "uvicorn's WebSocket, in echo",
}


# Half of another distribution, which pins it: the half → the whole that is declared.
HALVES = {"pydantic-core": "pydantic"}

OWNERS = packages_distributions()


def declared() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    # what a distribution is asked to bring along, in brackets, is its own business
    return {spec.split(">=")[0].split("[")[0].strip() for spec in project["dependencies"]}


def imported(source: Source) -> Iterator[tuple[int, str]]:
    """Yield the distribution that each import of somebody else's package comes from."""
    for node in ast.walk(source.tree):
        match node:
            case ast.Import(names=aliases):
                names = [alias.name for alias in aliases]
            case ast.ImportFrom(module=str() as module, level=0):
                names = [module]
            case _:
                continue
        for name in {name.split(".")[0] for name in names}:
            if name not in sys.stdlib_module_names and name != "gatepost":
                owner = OWNERS.get(name, [name])[0].lower().replace("_", "-")
                yield node.lineno, HALVES.get(owner, owner)


def test_whatever_is_imported_is_declared() -> None:
    known = declared()
    found = [
        f"src/gatepost/{source.name}:{line}: {name}"
        for source in sources()
        for line, name in imported(source)
        if name not in known
    ]
    assert not found, "declare these in pyproject.toml and run scripts/lock:\n  " + "\n  ".join(
        found
    )


def test_whatever_is_declared_is_imported() -> None:
    used = {name for source in sources() for _, name in imported(source)}
    idle = declared() - used - set(USED_BY_OTHERS)
    assert not idle, f"take these out of pyproject.toml and run scripts/lock: {sorted(idle)}"


def test_the_ground_floor_needs_the_standard_library_alone() -> None:
    found = [
        f"{source.name}:{line}: {name}"
        for source in sources()
        if source.package == "values"
        for line, name in imported(source)
    ]
    assert not found


def test_an_undeclared_import_is_found() -> None:
    text = "import os, pytest\nfrom yaml import load\nfrom gatepost.values import Fault\n"
    assert list(imported(Source("model/x.py", text))) == [(1, "pytest"), (2, "pyyaml")]
