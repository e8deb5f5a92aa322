"""The client in tests/kong is a stranger to the server that it tests: it imports nothing of it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.source import ROOT

CLIENT = ROOT / "tests" / "kong"


def imported(text: str) -> Iterator[str]:
    """Yield the name of each module that a source imports, wherever in it."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def foreign(text: str) -> list[str]:
    """Return the imports that a stranger must not have: Gatepost's, and tests that know it."""
    is_ours = ("gatepost", "tests")
    may = ("tests.kong", "tests.ports")
    return [
        name
        for name in imported(text)
        if name.split(".")[0] in is_ours
        and not any(name == one or name.startswith(one + ".") for one in may)
    ]


def test_the_client_imports_nothing_of_the_server_that_it_tests() -> None:
    files: list[Path] = sorted(CLIENT.rglob("*.py"))
    assert files, f"no client in {CLIENT}"
    found = [f"{file.name}: {name}" for file in files for name in foreign(file.read_text())]
    assert not found, "a stranger would not know these:\n  " + "\n  ".join(found)


def test_an_import_of_the_server_is_found_wherever_it_stands() -> None:
    inside = "def f():\n    import gatepost.model\n"
    assert foreign(inside) == ["gatepost.model"]
    assert foreign("from tests.integration.world import World") == ["tests.integration.world"]
    assert not foreign("from tests.kong.state import State\nimport tests.ports\nimport yaml")
