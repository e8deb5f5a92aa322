"""Importing a module of Gatepost does nothing but define: no socket, no process, no file written.

Each module is imported in one fresh interpreter under an audit hook, which sees what Python and
its C modules do whatever library they go through.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import SRC, sources

WATCH = """
import importlib, os, sys

FORBIDDEN = ("socket.", "subprocess.", "os.fork", "os.posix_spawn", "os.system", "os.exec",
             "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.link", "os.symlink",
             "os.chmod", "os.chown", "os.truncate", "os.putenv", "signal.", "shutil.")
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
ours = None

def watch(event, arguments):
    if ours is None:
        return
    writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITES
    if writes or event.startswith(FORBIDDEN):
        raise RuntimeError(f"importing {ours} did {event} {arguments!r}")

import nicegui  # it asks for the machine's network addresses when imported: not ours, and before

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
sys.addaudithook(watch)
for ours in sys.argv[2:]:
    importlib.import_module(ours)
"""


def import_all(folder: Path, *modules: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WATCH, str(folder), *modules],
        capture_output=True,
        text=True,
        check=False,
    )


def module_name(name: str) -> str:
    dotted = "gatepost/" + name.removesuffix(".py").removesuffix("/__init__")
    return dotted.replace("/", ".").removesuffix(".__init__")


# Importing __main__ would run it: that is its purpose.
MODULES = [module_name(s.name) for s in sources() if not s.name.endswith("__main__.py")]


def test_importing_any_module_does_nothing_but_define() -> None:
    outcome = import_all(SRC.parent, *MODULES)
    assert outcome.returncode == 0, outcome.stderr


@pytest.mark.parametrize(
    "line",
    [
        "import socket; socket.socket()",
        "open('left-behind', 'w')",
        "import subprocess; subprocess.run(['true'])",
    ],
)
def test_a_module_that_acts_when_imported_is_found(line: str, tmp_path: Path) -> None:
    (tmp_path / "busy.py").write_text(line)
    outcome = import_all(tmp_path, "busy")
    assert outcome.returncode == 1
    assert "importing busy did" in outcome.stderr
