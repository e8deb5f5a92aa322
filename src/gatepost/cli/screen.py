"""How a command fails: one screen on stderr that says what to do, and an exit code.

0  done    1  it failed    2  the command, a setting or a file is wrong
"""

import contextlib
import sys
from collections.abc import Iterator

import typer

from gatepost.values import By, Fault

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
    print(f"gatepost {command}: {lines[0]}" if lines else f"gatepost {command}", file=sys.stderr)
    for line in lines[1:_MOST]:
        print(f"  {line}", file=sys.stderr)
    if len(lines) > _MOST:
        print(f"  … and {len(lines) - _MOST} more", file=sys.stderr)


def plain(text: str) -> str:
    """Return a text in which nothing can move the cursor or colour the screen."""
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode() for one in text
    )
