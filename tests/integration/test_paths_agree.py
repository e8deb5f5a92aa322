"""The two halves of the normal form, Python's and the engine's, asked about the same paths."""

import random
from collections.abc import Iterator

import pytest

from gatepost.engine import normal
from gatepost.engine.paths import ESCAPES, SEGMENTS
from tests.differential.gate import _with_surgery as with_surgery
from tests.integration.engine_world import EngineWorld

pytestmark = pytest.mark.integration

PIECES = [
    b"/", b"/", b"/", b"//", b"a", b"B9", b".", b"..", b"...", b"%2e", b"%2E", b"%2f", b"%2F",
    b"%5c", b"%00", b"%", b"%4", b"%zz", b"%61", b"%7E", b"%25", b"%252e", b";", b"%3b", b"=", b"~",
    b"\xc3\xa9", b"\xff", b"\\", b"#", b" ", b"\t", b"\x7f", b"|", b"{", b"%ff", b"%Ff", b"x" * 300,
]  # fmt: skip
LIMITS = [
    b"/a" * SEGMENTS, b"/a" * SEGMENTS + b"/", b"/a" * SEGMENTS + b"/.", b"/a" * (SEGMENTS + 1),
    b"/a/.." * (SEGMENTS // 2), b"/a/.." * (SEGMENTS // 2) + b"/b", b"/." * SEGMENTS,
    b"/." * (SEGMENTS + 1), b"//a" * SEGMENTS, b"//a" * (SEGMENTS + 1), b"/" * 7500,
    b"/" + b"%ff" * ESCAPES, b"/" + b"%ff" * (ESCAPES + 1), b"/" + b"%41" * ESCAPES,
    b"/" + b"%41" * (ESCAPES + 1), b"/" + b"\xff" * ESCAPES, b"/" + b"\xff" * (ESCAPES + 1),
    b"/" + b"\xff%ff" * (ESCAPES // 2), b"/" + b"\xff%41" * (ESCAPES // 2) + b"%42",
    b"/" + b"%2541" * ESCAPES, b"/" + b"a" * 7500, b"/" + b"a" * 7500 + b"/.", b"",
]  # fmt: skip
ASK = """
local normal, found = require("gatepost.paths").normal, {}
for hex in string.gmatch("%s", "(%%x*),") do
  local raw = string.gsub(hex, "..", function(two) return string.char(tonumber(two, 16)) end)
  local norm, why = normal(raw)
  found[#found + 1] = (norm or "") .. "\\t" .. (why or "")
end
return table.concat(found, "\\n")
"""
CLOCK = """
local ffi = require "ffi"
pcall(ffi.cdef, [[typedef struct { long s; long n; } a_time; int clock_gettime(int, a_time *);]])
local at, normal, path = ffi.new("a_time"), require("gatepost.paths").normal, "%s"
local function cpu() -- microseconds of this process
  ffi.C.clock_gettime(2, at)
  return tonumber(at.s) * 1e6 + tonumber(at.n) / 1e3
end
local best = 1e9
for _ = 1, 20 do
  local begin = cpu()
  normal(path)
  best = math.min(best, cpu() - begin)
end
return best
"""


@pytest.fixture(scope="module")
def world() -> Iterator[EngineWorld]:
    with EngineWorld('{"_format_version": "3.0"}', extra_conf=with_surgery) as world:
        yield world


def surgery(world: EngineWorld, code: str) -> str:
    answer = world.control("POST", "/surgery", code.encode())
    assert answer.status == 200, world.log()
    return answer.body.decode()


def here(raw: bytes) -> str:
    try:
        return normal(raw) + "\t"
    except ValueError as error:
        return f"\t{error}"


def agree(world: EngineWorld, paths: list[bytes]) -> list[str]:
    given = "".join(path.hex() + "," for path in paths)
    there = surgery(world, ASK % given).split("\n")
    expected = [here(path) for path in paths]
    for path, theirs, ours in zip(paths, there, expected, strict=True):
        assert theirs == ours, path[:400]
    return expected


def test_both_halves_say_the_same_of_any_path(world: EngineWorld) -> None:
    seed = random.randrange(10**9)
    print("seed", seed)
    chance = random.Random(seed)
    found: list[str] = []
    for _ in range(10):
        few = [
            b"/" * chance.randint(0, 1) + b"".join(chance.choices(PIECES, k=chance.randint(0, 9)))
            for _ in range(300)
        ]
        found += agree(world, [path[:600] for path in few])
    taken = [one for one in found if one.endswith("\t")]
    assert 200 < len(taken) < len(found) - 200
    assert len({one for one in found if one.startswith("\t")}) >= 6, "reasons to refuse"


def test_both_halves_have_the_same_limits(world: EngineWorld) -> None:
    found = [one for path in LIMITS for one in agree(world, [path])]
    assert sum("segments" in one for one in found) == 5
    assert sum("percent-encoded bytes" in one for one in found) == 4


@pytest.mark.parametrize(
    "path",
    ["/" + "%ff" * 2500, "/" + "%41" * 2500, "/a" * 3750, "/a/.." * 1500, "/" * 7500, "/.a" * 2500,
     "/" + "\\255" * 7500, "/" + "a" * 7500 + "/.", "/" + ";" * 7500, "/" + "%2F." * 1800],
    ids=lambda path: path[:6],
)  # fmt: skip
def test_no_path_of_one_line_costs_a_millisecond(world: EngineWorld, path: str) -> None:
    assert float(surgery(world, CLOCK % path)) < 1000
