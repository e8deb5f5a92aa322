"""Links between the pages of this repository lead somewhere, and every page is in the index."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from gatepost.cli.app import COMMANDS
from gatepost.cli.console_settings import SETTINGS as CONSOLE_SETTINGS
from gatepost.cli.control_plane_settings import SETTINGS as CONTROL_PLANE_SETTINGS
from gatepost.cli.node_settings import MEMBER_SETTINGS, SETTINGS
from tests.house.source import ROOT, tracked_files

LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")


def broken(page: Path) -> Iterator[str]:
    """Yield each link of a page to a file that is not there."""
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:|#", target) and not (page.parent / target.split("#")[0]).exists():
            yield f"{page.name}: {target}"


def pages() -> list[Path]:
    return [path for path in tracked_files() if path.suffix == ".md"]


def every_command() -> Iterator[str]:
    """Yield each command, of those that have commands below each with its second word."""
    for name, command in COMMANDS.items():
        found = getattr(import_module(f"gatepost.cli.{command.module}"), command.function)
        yield from (f"{name} {word}" for word in found) if isinstance(found, dict) else [name]


def test_links_lead_somewhere() -> None:
    assert not [link for page in pages() for link in broken(page)]


def test_every_page_of_docs_is_in_its_index() -> None:
    index = ROOT / "docs/README.md"
    listed = {(index.parent / link).resolve() for link in LINK.findall(index.read_text())}
    docs = {page for page in pages() if page.is_relative_to(index.parent)} - {index}
    assert not [str(page.relative_to(ROOT)) for page in docs - listed]


def test_every_command_and_setting_is_told() -> None:
    page = (ROOT / "docs/cli.md").read_text()
    assert not [name for name in every_command() if f"| `gatepost {name}" not in page]
    for heading, settings in (
        ("Settings of a node", {one.name: one for one in (*SETTINGS, *MEMBER_SETTINGS)}.values()),
        ("Settings of a control plane", CONTROL_PLANE_SETTINGS),
        ("Settings of a console", CONSOLE_SETTINGS),
    ):
        part = page.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
        for setting in settings:
            rows = [line for line in part.splitlines() if f"| `{setting.variable}` |" in line]
            assert len(rows) == 1, setting.variable
            assert setting.kong is None or f"`{setting.kong}`" in rows[0]
        told = set(re.findall(r"^\| [^|]*\| `(GATEPOST_[A-Z_]+)` \|", part, re.MULTILINE))
        assert told == {setting.variable for setting in settings}


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("[a](https://x.test) [b](page.md#c) [c](#here) [d](gone.md)")
    assert list(broken(page)) == ["page.md: gone.md"]
