"""The command ``gatepost``: only the module of the command that was typed is loaded."""

import importlib
import sys
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand


class Command(NamedTuple):
    """Where a command lives, and its line in the overview.

    function: the name of a function; of a dict of them where there are commands below.
    """

    module: str
    function: str
    line: str


COMMANDS = {
    "demo": Command("demo", "demo", "Try everything on this machine, with commands to paste."),
    "run": Command("run", "run", "Run a node from a kong.yaml."),
    "node": Command("node", "node", "Run a node of a control plane."),
    "control-plane": Command(
        "control_plane", "control_plane", "Run a control plane: Kong's Admin API over a database."
    ),
    "console": Command("console", "console", "Run the console: web pages over an Admin API."),
    "validate": Command("validate", "validate", "Check a kong.yaml without running it."),
    "diff": Command("diff", "diff", "Show what a kong.yaml would change in a control plane."),
    "apply": Command("apply", "apply", "Make a control plane what a kong.yaml says."),
    "dump": Command("dump", "dump", "Write a control plane's configuration as a kong.yaml."),
    "explain": Command("explain", "explain", "Show why a request is let through or refused."),
    "nodes": Command("nodes", "COMMANDS", "Admit, list and turn away nodes of a control plane."),
    "tokens": Command("tokens", "COMMANDS", "Make, list and revoke tokens of the Admin API."),
    "revoke": Command("revoke", "revoke", "Revoke on a running node, or on all of them."),
    "doctor": Command("doctor", "doctor", "Look whether this machine has what a node needs."),
    "idp": Command("idp", "idp", "Run the identity provider for development."),
    "echo": Command("echo", "echo", "Run an upstream that shows what it receives."),
    "version": Command("version", "version", "Show the version."),
}


def build(arguments: Sequence[str]) -> typer.Typer:
    """Return the application; with stand-ins for the commands that were not typed."""
    app = _group(
        "An API gateway that asks your identity provider who is calling.",
        "`gatepost COMMAND --help` says more. To begin with: gatepost demo",
    )
    typed = next((word for word in arguments if not word.startswith("-")), None)
    for name, command in COMMANDS.items():
        if name != typed:
            app.command(name, short_help=command.line)(_stand_in)
            continue
        module = importlib.import_module(f"gatepost.cli.{command.module}")
        found = getattr(module, command.function)
        if isinstance(found, dict):
            below = _group(command.line, f"`gatepost {name} COMMAND --help` says more.")
            for word, function in found.items():
                _add(below, word, function, module.EXAMPLES[word])
            app.add_typer(below, name=name, short_help=command.line)
        else:
            kind = getattr(module, "KIND", TyperCommand)
            _add(app, name, found, module.EXAMPLES, line=command.line, kind=kind)
    return app


def main() -> None:
    """Run what was typed."""
    build(sys.argv[1:])(prog_name="gatepost")


def _group(about: str, more: str) -> typer.Typer:
    """Return an application that only leads to its commands."""
    app = typer.Typer(
        name="gatepost",
        help=about,
        epilog=more,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,  # plain text: nothing in [brackets] is taken for a colour
        pretty_exceptions_enable=False,
    )
    app.callback()(_overview)
    return app


def _add(
    app: typer.Typer,
    name: str,
    function: Callable[..., Any],
    examples: tuple[str, ...],
    *,
    line: str | None = None,
    kind: type[TyperCommand] = TyperCommand,
) -> None:
    """Add a command that is loaded. The backspace keeps the examples' lines as they are."""
    shown = "\b\n" + "\n".join(["Examples:", *(f"  {example}" for example in examples)])
    app.command(name, cls=kind, short_help=line, epilog=shown)(function)


def _overview() -> None:
    """An API gateway that asks your identity provider who is calling."""


def _stand_in() -> None:
    """Never runs: what was typed is loaded for real."""
