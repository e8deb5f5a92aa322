"""Engines with one fault each: a differential test that does not find them proves nothing."""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from gatepost.engine import EngineSettings

_LUA = Path(__file__).parents[2] / "src/gatepost/engine/lua"


@dataclass(frozen=True)
class Mutant:
    """One line of Lua, said otherwise. fault: what the engine then forgets."""

    fault: str
    file: str
    right: str
    wrong: str

    def lua(self, into: Path) -> Path:
        """Write the faulty engine's Lua into a directory; return the directory to load."""
        home = into / "lua"
        shutil.copytree(_LUA, home)
        path = home / "gatepost" / self.file
        text = path.read_text()
        assert text.count(self.right) == 1, f"{self.file} no longer says {self.right!r} once"
        path.write_text(text.replace(self.right, self.wrong))
        return home


MUTANTS = (
    Mutant(
        "a header of the fast key",
        "extract.lua",
        'code[#code + 1] = "if var.http_" .. gsub(name, "-", "_") .. " then return nil end"',
        "",
    ),
    Mutant(
        "cookies of the fast key",
        "extract.lua",
        'code[#code + 1] = "if var.http_cookie then return nil end"',
        "",
    ),
    Mutant(
        "escapes in the query of the fast key",
        "extract.lua",
        """local tests = { 'find(args, "%", 1, true)', 'find(args, "+", 1, true)' }""",
        "local tests = { 'false' }",
    ),
    Mutant(
        "where one value ends and the next begins",
        "extract.lua",
        "out[n + 1], out[n + 2] = u32(#values[j]), values[j]",
        'out[n + 1], out[n + 2] = "", #values == 1 and values[j] or ""',
    ),
    Mutant(
        "the plan in the key of level 2",
        "memory.lua",
        "ffi.copy(buffer, plan.id, #plan.id)",
        "ffi.fill(buffer, #plan.id)",
    ),
    Mutant("revocations", "generation.lua", "if revoked and revoked >= since", "if false"),
    Mutant(
        "that an answer was for one request only",
        "flight.lua",
        'if v.until_ > 0 and request.body_state ~= "sent" then',
        "v.until_ = v.until_ > 0 and v.until_ or ngx.now() + 60 if true then",
    ),
    Mutant(
        "revocations in flight",
        "flight.lua",
        'if gen == after or v.tags == "" or generation.holds(v.tags, gen) then',
        "gen = after if true then",
    ),
)


def with_lua(settings: EngineSettings, home: Path) -> EngineSettings:
    """Return settings under which nginx loads that Lua."""
    return replace(settings, lua=(home,), refusal_rate=1e6, refusal_burst=1e6)
