"""``gatepost console``: web pages over an Admin API."""

from typing import Annotated, Any

import typer

EXAMPLES = (
    "gatepost console",
    "gatepost console --listen 127.0.0.1:9002 --admin https://admin.example:8001",
)

Text = str | None


def console(
    listen: Annotated[
        Text, typer.Option(metavar="ADDRESS", help="Where browsers come to. [127.0.0.1:8002]")
    ] = None,
    admin: Annotated[
        Text, typer.Option(metavar="URL", help="The Admin API. [http://127.0.0.1:8001]")
    ] = None,
    prefix: Annotated[
        Text, typer.Option(metavar="DIRECTORY", help="The console's own directory.")
    ] = None,
    settings: Annotated[
        Text, typer.Option(metavar="FILE", help="A TOML file with these settings.")
    ] = None,
) -> None:
    """Run the console: see a control plane, change it, understand it.

    It has no rights of its own: a browser on this machine may what any program here may, and
    others come in with a token or a login of the Admin API. Prints READY with its URL.
    """
    from gatepost.cli.screen import failures

    flags: dict[str, Any] = dict(locals())
    flags.pop("failures")
    with failures("console"):
        from gatepost.cli.console_settings import console_settings
        from gatepost.console.server import run_console

        raise typer.Exit(run_console(console_settings(flags)))
