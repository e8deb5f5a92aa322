"""``gatepost echo``: an upstream that shows what it receives."""

from typing import Annotated

import typer

from gatepost.echo import serve
from gatepost.values import Address, Fault

DEFAULT_PORT = 8280

EXAMPLES = (
    "gatepost echo",
    "gatepost echo --listen 127.0.0.1:0 --name orders",
)


def echo(
    listen: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Loopback address; port 0 takes a free one.")
    ] = f"127.0.0.1:{DEFAULT_PORT}",
    name: Annotated[str, typer.Option(metavar="NAME", help="Shown in every answer.")] = "echo",
) -> None:
    """Run a httpbin-like upstream that answers with what it received."""
    try:
        serve(Address.parse(listen, default_port=DEFAULT_PORT), name=name)
    except Fault as fault:
        typer.echo(f"gatepost echo: {fault.message}", err=True)
        raise typer.Exit(2) from None
    except OSError as error:
        typer.echo(f"gatepost echo: cannot listen on {listen}: {error.strerror}", err=True)
        raise typer.Exit(1) from None
