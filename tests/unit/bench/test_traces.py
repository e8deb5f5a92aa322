from pathlib import Path

import pytest

from bench.traces import Function, compiled, function, given_up, not_compiled

RUN = Function("M.run", "access.lua", 25, 101)
LOG = """\
[TRACE   9 var.lua:108 return]
[TRACE --- (11/5) var.lua:95 -- NYI: return to lower frame at ffi.string]
[TRACE  12 (11/5) var.lua:95 -- fallback to interpreter]
[TRACE  18 access.lua:25 return]
[TRACE  22 (21/6) access.lua:111 return]
[TRACE  25 metrics.lua:39 loop]
"""


def test_only_what_begins_a_trace_counts_as_compiled() -> None:
    assert compiled(LOG) == {("var.lua", 108), ("access.lua", 25), ("metrics.lua", 39)}
    assert not_compiled(LOG, [RUN, Function("M.log", "access.lua", 103, 130)]) == ["M.log"]


def test_what_was_given_up_elsewhere_is_no_matter() -> None:
    assert list(given_up(LOG, [RUN])) == []


@pytest.mark.parametrize(
    "line",
    [
        "[TRACE --- access.lua:25 -- NYI: bytecode 51 at slow.lua:13]",
        "[TRACE --- var.lua:68 -- NYI: return to lower frame at access.lua:60]",
        "[TRACE --- access.lua:40 -- leaving loop in root trace at tonumber]",
        "[TRACE --- (18/5) access.lua:95 -- blacklisted at access.lua:99]",
        "[TRACE  31 (18/5) access.lua:95 -- fallback to interpreter]",
        "[TRACE  18 access.lua:25 stitch string.dump]",
        "[TRACE  19 (18/stitch) access.lua:31 stitch C:7fba43ad7d20]",
    ],
)
def test_what_was_given_up_in_the_function_is_found(line: str) -> None:
    assert list(given_up(LOG + line + "\n", [RUN])) == [line]


def test_a_function_is_found_with_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.lua"
    path.write_text("local M = {}\nfunction M.run(x)\n  if x then\n  end\nend\nreturn M\n")
    assert function(path, "M.run") == Function("M.run", "a.lua", 2, 5)
    with pytest.raises(LookupError, match=r"M\.walk"):
        function(path, "M.walk")
