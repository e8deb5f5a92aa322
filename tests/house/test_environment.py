"""Only ``cli`` reads the environment and the command line; everyone else is handed values.

A ``__main__`` is a command line of its own, and may parse its arguments. Starting a child process
with a chosen environment is ``node``'s business beside ``cli``.
"""

import ast
from collections.abc import Iterator

from tests.house.source import Source, sources

READS = {"os.environ", "os.environb", "os.getenv", "os.getenvb", "sys.argv"}
PARSERS = {"argparse", "click", "getopt", "optparse", "typer"}
READERS = {"cli"}
STARTERS = {"cli", "node"}


def breaches(source: Source) -> Iterator[str]:
    """Yield "file:line: what" for each use of the environment that is not the file's business."""
    for node in ast.walk(source.tree):
        if source.package not in READERS:
            for name in [*names_read(node), *parsers_imported(source, node)]:
                yield f"{source.name}:{getattr(node, 'lineno', 0)}: {name}"
        if source.package not in STARTERS and isinstance(node, ast.keyword) and node.arg == "env":
            yield f"{source.name}:{node.value.lineno}: env="


def names_read(node: ast.AST) -> list[str]:
    match node:
        case ast.Attribute(value=ast.Name(id=module), attr=attribute):
            names = [f"{module}.{attribute}"]
        case ast.ImportFrom(module=str() as module, names=aliases):
            names = [f"{module}.{alias.name}" for alias in aliases]
        case _:
            names = []
    return [name for name in names if name in READS]


def parsers_imported(source: Source, node: ast.AST) -> list[str]:
    match node:
        case ast.Import(names=aliases):
            names = {alias.name for alias in aliases}
        case ast.ImportFrom(module=str() as module):
            names = {module}
        case _:
            names = set()
    return [] if source.name.endswith("__main__.py") else sorted(names & PARSERS)


def test_only_the_command_line_reads_the_environment() -> None:
    found = [line for source in sources() for line in breaches(source)]
    assert not found, "take it as a parameter:\n  " + "\n  ".join(found)


def test_a_read_of_the_environment_is_found() -> None:
    text = "import os, argparse\nfrom sys import argv\nos.environ['A']\nos.getenv('B')\nf(env={})\n"
    assert sorted(breaches(Source("model/x.py", text))) == [
        "model/x.py:1: argparse",
        "model/x.py:2: sys.argv",
        "model/x.py:3: os.environ",
        "model/x.py:4: os.getenv",
        "model/x.py:5: env=",
    ]
    assert not list(breaches(Source("cli/x.py", text)))
    assert len(list(breaches(Source("node/x.py", text)))) == 4
