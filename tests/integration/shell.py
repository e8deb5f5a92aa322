"""A shell that somebody types into, command by command, and what each of them showed."""

import json
import re
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
_TOLD = "typed-and-done"


@dataclass(frozen=True)
class Typed:
    """A command and what it wrote to stdout."""

    command: str
    shown: str

    @property
    def statuses(self) -> list[int]:
        """The statuses of the answers that ``curl -i`` showed."""
        return [int(found) for found in re.findall(r"HTTP/1\.1 (\d+)", self.shown)]

    def json(self) -> Any:
        """The JSON that was shown, after the head of the answer where that was shown too."""
        head, blank, body = self.shown.replace("\r", "").partition("\n\n")
        return json.loads(body if blank and body.strip() else head)


class Shell:
    """One bash in the root of the checkout; what a command sets, the next ones see."""

    def __init__(self, patience: float = 60.0) -> None:
        self.patience = patience
        # among it curl's progress, which it does not write to a terminal
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed at the end
        self._bash = subprocess.Popen(
            ["bash", "--norc"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )
        self._write(f'PATH="{Path(sys.executable).parent}:$PATH"')

    def run(self, command: str) -> Typed:
        """Run a command to its end."""
        self._write(command)
        self._write(f"echo; echo {_TOLD}")
        assert self._bash.stdout is not None
        shown: list[str] = []
        watch = threading.Timer(self.patience, self._bash.kill)
        watch.start()
        try:
            for line in self._bash.stdout:
                if line.strip() == _TOLD:
                    return Typed(command, "".join(shown))
                shown.append(line)
        finally:
            watch.cancel()
        self._errors.seek(0)
        said = self._errors.read()
        raise AssertionError("\n".join([f"{command!r} does not end; it showed:", *shown, said]))

    def _write(self, line: str) -> None:
        assert self._bash.stdin is not None
        self._bash.stdin.write(line + "\n")
        self._bash.stdin.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for stream in (self._bash.stdin, self._bash.stdout, self._errors):
            if stream is not None:
                stream.close()
        self._bash.wait(10)


def commands(text: str) -> list[str]:
    """Return the commands of a text, each with the lines that belong to it."""
    found: list[str] = []
    for line in text.splitlines():
        if found and (found[-1].endswith("\\") or found[-1].count("'") % 2):
            found[-1] += "\n" + line
        elif line.strip():
            found.append(line.strip())
    return found
