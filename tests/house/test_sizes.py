"""A file is at most 400 lines, a function at most 60; exemptions by name, each with its reason."""

import ast
from collections.abc import Iterator

from tests.house.source import SRC, Source, sources

FILE_LIMIT = 400
FUNCTION_LIMIT = 60

# "file" or "file:function": why it may be longer.
EXEMPT: dict[str, str] = {}


def oversized(files: list[Source]) -> Iterator[str]:
    """Yield "name: size" for everything over its limit."""
    for source in files:
        lines = len(source.text.splitlines())
        if lines > FILE_LIMIT:
            yield f"{source.name}: {lines} lines"
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = (node.end_lineno or node.lineno) - node.lineno + 1
                if size > FUNCTION_LIMIT:
                    yield f"{source.name}:{node.name}: {size} lines"


def lua() -> list[Source]:
    return [
        Source(path.relative_to(SRC).as_posix(), "\n" * len(path.read_text().splitlines()))
        for path in sorted(SRC.rglob("*.lua"))
    ]


def test_no_file_and_no_function_outgrows_its_limit() -> None:
    found = [line for line in oversized(sources() + lua()) if line.rsplit(": ", 1)[0] not in EXEMPT]
    assert not found, "split by what they hold:\n  " + "\n  ".join(found)


def test_every_exemption_is_still_needed() -> None:
    found = {line.rsplit(": ", 1)[0] for line in oversized(sources() + lua())}
    assert set(EXEMPT) <= found, f"strike these off EXEMPT: {set(EXEMPT) - found}"


def test_a_long_function_and_a_long_file_are_found() -> None:
    long_function = "def f():\n" + "    x = 1\n" * FUNCTION_LIMIT
    long_file = "x = 1\n" * (FILE_LIMIT + 1)
    found = list(oversized([Source("a.py", long_function), Source("b.py", long_file)]))
    assert found == ["a.py:f: 61 lines", "b.py: 401 lines"]
