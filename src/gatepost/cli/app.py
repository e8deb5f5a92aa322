"""The command ``gatepost``: only the module of the command that was typed is loaded."""

import importlib
import sys
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import typer


class Command(NamedTuple):
    """Where a command lives, and its line in the overview."""

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
    "validate": Command("validate", "validate", "Check a kong.yaml without running it."),
    "diff": Command("diff", "diff", "Show what a kong.yaml would change in a control plane."),
    "apply": Command("apply", "apply", "Make a control plane what a kong.yaml says."),
    "dump": Command("dump", "dump", "Write a control plane's configuration as a kong.yaml."),
    "explain": Command("explain", "explain", "Show why a request is let through or refused."),
    "revoke": Command("revoke", "revoke", "Revoke on a running node."),
    "doctor": Command("doctor", "doctor", "Look whether this machine has what a node needs."),
    "idp": Command("idp", "idp", "Run the identity provider for development."),
    "echo": Command("echo", "echo", "Run an upstream that shows what it receives."),
    "version": Command("version", "version", "Show the version."),
}


def build(arguments: Sequence[str]) -> typer.Typer:
    """Return the application; with stand-ins for the commands that were not typed."""
    app = typer.Typer(
        name="gatepost",
        help="An API gateway that asks your identity provider who is calling.",
        epilog="`gatepost COMMAND --help` says more. To begin with: gatepost demo",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,  # plain text: nothing in [brackets] is taken for a colour
        pretty_exceptions_enable=False,
    )
    app.callback()(_overview)
    typed = next((word for word in arguments if not word.startswith("-")), None)
    for name, command in COMMANDS.items():
        function: Callable[..., Any] = _stand_in
        examples: tuple[str, ...] = ()
        if name == typed:
            module = importlib.import_module(f"gatepost.cli.{command.module}")
            function = getattr(module, command.function)
            examples = module.EXAMPLES
        app.command(name, short_help=command.line, epilog=_shown(examples))(function)
    return app


def main() -> None:
    """Run what was typed."""
    build(sys.argv[1:])(prog_name="gatepost")


def _shown(examples: tuple[str, ...]) -> str:
    """Return examples for the end of the help; the backspace keeps their lines as they are."""
    return "\b\n" + "\n".join(["Examples:", *(f"  {line}" for line in examples)])


def _overview() -> None:
    """An API gateway that asks your identity provider who is calling."""


def _stand_in() -> None:
    """Never runs: what was typed is loaded for real."""
