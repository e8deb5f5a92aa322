"""What LuaJIT's trace compiler did, from the log that GATEPOST_TRACE_LOG names (jit.v's form).

[TRACE  18 access.lua:25 return]                            a function compiled as one trace
[TRACE  23 (22/1) access.lua:111 return]                    a branch that was taken often
[TRACE  24 access.lua:25 stitch string.dump]                left in its middle, for a builtin
[TRACE --- access.lua:25 -- NYI: bytecode 51 at slow.lua:60]    given up, and where
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_COMPILED = re.compile(r"\[TRACE +\d+ (\S+):(\d+) (?!-- )")
_GAVE_UP = re.compile(r"\[TRACE +(?:---|\d+) (?:\(\S+\) )?(\S+):(\d+) -- (.*)\]$")
_STITCHED = re.compile(r"\[TRACE +\d+ (?:\(\S+\) )?(\S+):(\d+) stitch ")
_RETURNS = re.compile(r"\[TRACE +\d+ (?:\(\S+\) )?(\S+):(\d+) return\]")
_AT = re.compile(r" at (\S+\.lua):(\d+)$")


@dataclass(frozen=True, slots=True)
class Function:
    """One Lua function: its file's name, and its lines."""

    name: str
    file: str
    first: int
    last: int

    def holds(self, file: str, line: int) -> bool:
        return self.file == file and self.first <= line <= self.last


def function(path: Path, name: str) -> Function:
    """Find ``function NAME(…) … end`` at the left edge of a file; LookupError without one."""
    lines = path.read_text().splitlines()
    for first, line in enumerate(lines, start=1):
        if line.startswith(f"function {name}("):
            last = next(at for at in range(first, len(lines) + 1) if lines[at - 1] == "end")
            return Function(name, path.name, first, last)
    raise LookupError(f"{path.name} has no function {name}")


def compiled(log: str) -> set[tuple[str, int]]:
    """Return the file and line of everything that begins a trace of its own."""
    return {
        (found[1], int(found[2])) for line in log.splitlines() if (found := _COMPILED.match(line))
    }


def returning(log: str) -> set[tuple[str, int]]:
    """Return the file and line of everything that is compiled to the end of its function."""
    return {
        (found[1], int(found[2])) for line in log.splitlines() if (found := _RETURNS.match(line))
    }


def given_up(log: str, functions: Iterable[Function]) -> Iterator[str]:
    """Yield each line that tells of a trace given up that began or ended in these functions, or of
    one that is stitched: left for a builtin that cannot be compiled, and begun anew behind it.
    """
    known = list(functions)
    for line in log.splitlines():
        found = _GAVE_UP.match(line) or _STITCHED.match(line)
        if found is None:
            continue
        places = [(found[1], int(found[2]))]
        if at := _AT.search(line.rstrip("]")):
            places.append((at[1], int(at[2])))
        if any(one.holds(*place) for one in known for place in places):
            yield line


def not_compiled(log: str, functions: Iterable[Function]) -> list[str]:
    """Return the names of those functions that never became a trace."""
    found = compiled(log)
    return [one.name for one in functions if (one.file, one.first) not in found]
