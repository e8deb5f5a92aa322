"""What the engine takes for an answer of an authorizer, and what it does not."""

from collections.abc import Iterator

import pytest

from gatepost.engine.answer import write_answer
from gatepost.engine.items import join
from gatepost.plugin import Memory, Refusal
from gatepost.values import Reply
from tests.differential.gate import _with_surgery as with_surgery
from tests.integration.engine_world import EngineWorld

pytestmark = pytest.mark.integration

READ = """
local raw = string.gsub("%s", "..", function(two) return string.char(tonumber(two, 16)) end)
local v = require("gatepost.answer").read(raw)
return v and v.kind .. " " .. tostring(v.status) or "none"
"""


@pytest.fixture(scope="module")
def world() -> Iterator[EngineWorld]:
    with EngineWorld('{"_format_version": "3.0"}', extra_conf=with_surgery) as world:
        yield world


def read(world: EngineWorld, answer: bytes) -> str:
    reply = world.control("POST", "/surgery", (READ % answer.hex()).encode())
    assert reply.status == 200, world.log()
    return reply.body.decode()


@pytest.mark.parametrize(
    ("status", "taken"),
    [(200, True), (302, True), (599, True), (0, False), (100, False), (101, False), (199, False),
     (600, False), (999, False), (20000, False), (-200, False)],
)  # fmt: skip
def test_an_answer_in_full_has_a_final_status(world: EngineWorld, status: int, taken: bool) -> None:
    answer = write_answer(Reply(status), Memory(), "x", b"s" * 32)
    assert read(world, answer) == (f"P {status}" if taken else "none")


@pytest.mark.parametrize(("status", "taken"), [(400, True), (599, True), (600, False)])
def test_a_refusal_has_the_status_of_an_error(world: EngineWorld, status: int, taken: bool) -> None:
    answer = write_answer(Refusal(status, "a.b", "No"), Memory(), "x", b"s" * 32)
    assert read(world, answer) == (f"R {status}" if taken else "none")


@pytest.mark.parametrize("status", [b"", b"2e2", b"200.5", b"0x190", b" 200", b"nan", b"inf"])
def test_a_status_is_three_digits(world: EngineWorld, status: bytes) -> None:
    assert read(world, join([b"P", b"0", b"", b"", b"a", status, b"", b""])) == "none"
    rest = [status, b"c", b"m", b"", b"", b""]
    assert read(world, join([b"R", b"0", b"", b"", b"n", *rest])) == "none"
