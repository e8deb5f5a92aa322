"""Engines with one fault each: a differential test that does not find them proves nothing."""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from gatepost.engine import EngineSettings

_LUA = Path(__file__).parents[2] / "src/gatepost/engine/lua"


@dataclass(frozen=True)
class Mutant:
    """One line of Lua, said otherwise. fault: what the engine then forgets.

    seed: of a run that notices it early; another notices it too, but takes longer.
    """

    fault: str
    file: str
    right: str
    wrong: str
    seed: int = 7

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
        "simple.lua",
        'add("if var.http_%s then return nil end",',
        'add("",',
    ),
    Mutant(
        "cookies of the fast key",
        "simple.lua",
        'cookies.may_begin("cookie", "1", stems[i])',
        '"false"',
    ),
    Mutant(
        "escapes in the query of the fast key",
        "simple.lua",
        """local tests = { 'find(args, "%", 1, true)', 'find(args, "+", 1, true)' }""",
        "local tests = { 'false' }",
        seed=6,
    ),
    Mutant(
        "methods and paths of the fast key",
        "simple.lua",
        "if usual(method, path) then return place end",
        "if true then return place end",
        seed=6,
    ),
    Mutant(
        "cookies before the session",
        "simple.lua",
        'cookies.may_begin("before", "1", stems[i])',
        '"false"',
        seed=3,
    ),
    Mutant(
        "cookies behind the session",
        "simple.lua",
        'cookies.may_begin("cookie", "stop", stems[i])',
        '"false"',
    ),
    Mutant(
        "where the name of the session begins",
        "simple.lua",
        """if at then start = at + 2 end end", "; " .. name)""",
        """if at then start = at end end", name)""",
        seed=12,
    ),
    Mutant(
        "the last piece of a session",
        "simple.lua",
        """add("if stop then return sub(cookie, start, stop - 1) end")""",
        """add("local second = find(cookie, ';', start, true)")
  add("if second then return sub(cookie, start, second - 1) end")""",
        seed=6,
    ),
    Mutant(
        "Authorization beside the session",
        "simple.lua",
        'add("if var.http_authorization then return nil end")',
        'add("")',
        seed=5,
    ),
    Mutant(
        "that Authorization may look like a session",
        "simple.lua",
        "if sub(a, 1, %d) == %q or sub(a, 1, %d) == %q then return nil end",
        "if false and (sub(a, 1, %d) == %q or sub(a, 1, %d) == %q) then return nil end",
        seed=5,
    ),
    Mutant(
        "that a person opens a page with the session",
        "simple.lua",
        'add("if opens then start = start + 1 end")',
        'add("")',
        seed=2,
    ),
    Mutant(
        "that a person opens a page without a session",
        "simple.lua",
        'add("if opens then return nil end")',
        'add("")',
        seed=4,
    ),
    Mutant(
        "that a script opens no page",
        "simple.lua",
        'if with == "XMLHttpRequest" then opens = false elseif',
        "if",
        seed=5,
    ),
    Mutant(
        "the second of two cookies that are taken out",
        "cookies.lua",
        'format("if %s then more(whole, own) return end", M.may_begin("cookie", "1", stem))',
        '""',
    ),
    Mutant(
        "what an upstream may not set",
        "apply.lua",
        "if lines and ngx.var.upstream_status then cookies.guard(route.cookies, lines) end",
        "",
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


def readable(directory: Path) -> Path:
    """Let workers that are somebody else (nginx was started by root) read a test's directory."""
    for path in (directory, *directory.parents):
        if path.owner() == directory.owner() and path != Path("/tmp"):
            path.chmod(0o755)
        if path.name.startswith("pytest-of-"):
            break
    return directory


def with_lua(settings: EngineSettings, home: Path) -> EngineSettings:
    """Return settings under which nginx loads that Lua."""
    return replace(settings, lua=(home,), refusal_rate=1e6, refusal_burst=1e6)
