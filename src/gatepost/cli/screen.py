"""How a command fails: one screen on stderr that says what to do, and an exit code.

0  done    1  it failed    2  the command, a setting or a file is wrong
"""

import contextlib
import sys
from collections.abc import Iterator

import typer

from gatepost.values import By, Fault
from gatepost.values.plain_text import plain

_MOST = 40


@contextlib.contextmanager
def failures(command: str) -> Iterator[None]:
    """Turn a Fault or an OSError into words and an exit code."""
    try:
        yield
    except Fault as fault:
        complain(command, fault.message.splitlines())
        raise typer.Exit(2 if fault.by in {By.OPERATOR, By.CLIENT} else 1) from None
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        complain(command, [f"{where}{error.strerror or error}"])
        raise typer.Exit(1) from None


def complain(command: str, lines: list[str]) -> None:
    """Write lines to stderr, at most a screen of them."""
    # what a control plane or a file said is in them, and neither shall steer the terminal
    shown = [plain(line, longest=len(line)) for line in lines]
    print(f"gatepost {command}: {shown[0]}" if shown else f"gatepost {command}", file=sys.stderr)
    for line in shown[1:_MOST]:
        print(f"  {line}", file=sys.stderr)
    if len(lines) > _MOST:
        print(f"  … and {len(lines) - _MOST} more", file=sys.stderr)
