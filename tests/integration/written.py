"""Pages whose commands are typed by a test, which then compares what they promise with what came.

In a block ``sh`` a command may end with the status that answers it (``curl … # 401``). Each line of
a block ``text`` must be in what the block before it showed, in this order; ``…`` is anything.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.integration.shell import ROOT, Shell, Typed, commands

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_STATUS = re.compile(r"\s+# (\d{3})$")
PLACE = re.compile(r"\b(localhost|127\.0\.0\.1):(8\d\d\d)\b")


@dataclass(frozen=True)
class Block:
    """kind: the word behind the fence."""

    kind: str
    text: str


def moved(text: str, ports: Mapping[int, int]) -> str:
    """Return a text with the addresses of the demo replaced by those of a test."""
    return PLACE.sub(lambda found: f"{found[1]}:{ports.get(int(found[2]), int(found[2]))}", text)


def blocks(page: str, ports: Mapping[int, int]) -> Iterator[Block]:
    """Yield the fenced blocks of a page."""
    text = moved((ROOT / page).read_text(encoding="utf-8"), ports)
    for kind, content in _BLOCK.findall(text):
        yield Block(kind, content)


def type_in(page: str, ports: Mapping[int, int]) -> list[Typed]:
    """Type the commands of a page and check each of its promises; return what was typed."""
    done: list[Typed] = []
    with Shell() as shell:
        shown = ""
        for block in blocks(page, ports):
            if block.kind == "text":
                assert not missing(block.text, shown), f"{page}: not shown: {block.text}\n{shown}"
            if block.kind != "sh":
                continue
            shown = ""
            for command in commands(block.text):
                typed = shell.run(command)
                promised = [int(found) for found in _STATUS.findall(command)]
                if " -i " in command or promised:
                    assert typed.statuses == promised, f"{page}: {command}\n{typed.shown}"
                shown += typed.shown
                done.append(typed)
    assert done, f"{page} has no commands"
    return done


def missing(wanted: str, shown: str) -> list[str]:
    """Return the lines that are not in what was shown, in their order."""
    lines = [line.strip() for line in shown.splitlines()]
    lost, place = [], 0
    for line in (line.strip() for line in wanted.splitlines() if line.strip()):
        pattern = re.compile(".*".join(re.escape(part) for part in line.split("…")))
        for number in range(place, len(lines)):
            if pattern.fullmatch(lines[number]):
                place = number + 1
                break
        else:
            lost.append(line)
    return lost
