"""The command: python -m tests.kong diff FILE --kong-addr URL --headers "name: value"."""

import argparse
import asyncio
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.kong import commands
from tests.kong.content import BadFile, read
from tests.kong.wire import Cut, Refused, Wire, connect, headers_of
from tests.kong.writing import to_yaml

FAILED, DIFFERENT = 1, 2


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line, with decK's names for everything."""
    parser = argparse.ArgumentParser(prog="python -m tests.kong", description=__doc__)
    parser.add_argument("command", choices=["ping", "dump", "diff", "sync", "reset"])
    parser.add_argument("files", nargs="*")
    parser.add_argument("--kong-addr", default="http://localhost:8001")
    parser.add_argument("--headers", action="append", default=[])
    parser.add_argument("--select-tag", action="append", default=[])
    parser.add_argument("--with-id", action="store_true")
    parser.add_argument("--non-zero-exit-code", action="store_true")
    parser.add_argument("-o", "--output-file", default="-")
    parser.add_argument("--stop-after", type=int, help="cut a sync after so many writes")
    return parser.parse_intermixed_args(given)


def _put(text: str, file: str) -> None:
    if file == "-":
        print(text, end="")
    else:
        Path(file).write_text(text, encoding="utf-8")


async def _run(asked: argparse.Namespace, wire: Wire) -> int:
    tags = asked.select_tag
    if asked.command == "ping":
        version = await commands.ping(wire)
        print("Successfully connected to Kong!")
        print(f"Kong version:  {version}")
        return 0
    if asked.command == "dump":
        text = to_yaml(await commands.dump(wire, tags=tags, with_id=asked.with_id))
        _put(text, asked.output_file)
        return 0
    if asked.command == "reset":
        report = await commands.reset(wire, tags=tags)
    elif asked.command == "diff":
        report = await commands.diff(wire, read(asked.files), tags=tags)
    else:
        report = await commands.sync(wire, read(asked.files), tags=tags)
    for line in report.lines:
        print(line)
    print("Summary:")
    counts = (("Created", report.created), ("Updated", report.updated), ("Deleted", report.deleted))
    print("\n".join(f"  {name}: {count}" for name, count in counts))
    is_diff = asked.command == "diff" and asked.non_zero_exit_code
    return DIFFERENT if is_diff and report.total else 0


def _each(group: BaseExceptionGroup[Exception]) -> Iterator[Exception]:
    for one in group.exceptions:
        if isinstance(one, BaseExceptionGroup):
            yield from _each(one)
        else:
            yield one


async def _connected(asked: argparse.Namespace) -> int:
    headers = headers_of(asked.headers)
    async with connect(asked.kong_addr, headers, stop_after=asked.stop_after) as wire:
        return await _run(asked, wire)


def main(given: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code."""
    asked = arguments(given)
    try:
        return asyncio.run(_connected(asked))
    except* (BadFile, Refused, Cut, ValueError, OSError, commands.Taken) as trouble:
        for one in _each(trouble):
            print(f"Error: {one}", file=sys.stderr)
    return FAILED


if __name__ == "__main__":
    sys.exit(main())
