import subprocess
import sys
from importlib import import_module

import pytest
from typer.testing import CliRunner

from gatepost import __version__
from gatepost.cli.app import COMMANDS, build


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_explains_itself(name: str) -> None:
    shown = CliRunner().invoke(build([name, "--help"]), [name, "--help"])
    assert shown.exit_code == 0, shown.output
    assert "Never runs" not in shown.output


def _below(name: str) -> list[str]:
    found = getattr(import_module(f"gatepost.cli.{COMMANDS[name].module}"), COMMANDS[name].function)
    return list(found) if isinstance(found, dict) else []


@pytest.mark.parametrize("words", [(one, two) for one in COMMANDS for two in _below(one)])
def test_every_command_of_two_words_explains_itself_with_examples(words: tuple[str, str]) -> None:
    shown = CliRunner().invoke(build(words), [*words, "--help"])
    assert shown.exit_code == 0, shown.output
    assert f"  gatepost {' '.join(words)}" in shown.output.partition("Examples:")[2].replace(
        "TOKEN=$(", "  "
    )


@pytest.mark.parametrize("name", [name for name in COMMANDS if _below(name)])
def test_the_first_word_alone_lists_what_may_follow(name: str) -> None:
    shown = CliRunner().invoke(build([name]), [name])
    assert all(f"\n  {word}" in shown.output for word in _below(name))
    assert "..." not in shown.output.partition("Commands:")[2]


def test_the_overview_lists_every_command_and_loads_none() -> None:
    code = (
        "import sys; sys.argv=['gatepost','--help']\n"
        "from gatepost.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy=('gatepost.node','gatepost.idp','aiohttp')\n"
        "loaded=[m for m in sys.modules if m.startswith(heavy)]\n"
        "assert not loaded, loaded"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for name in COMMANDS:
        assert name in done.stdout


def test_a_command_that_is_not_there_is_refused() -> None:
    assert CliRunner().invoke(build(["nonsense"]), ["nonsense"]).exit_code == 2


def test_the_version_is_shown() -> None:
    assert __version__ in CliRunner().invoke(build(["version"]), ["version"]).output
