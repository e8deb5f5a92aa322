"""``gatepost demo``: provider, upstream, control plane and node here, and commands to try."""

from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = ("gatepost demo",)


def demo(
    prefix: Annotated[
        Path | None,
        typer.Option(metavar="DIRECTORY", help="Keep what is made here. [a temporary directory]"),
    ] = None,
) -> None:
    """Start everything on this machine and print commands that work when pasted.

    The provider listens on 8180, the upstream on 8280, the control plane on 8001 (Admin API) and
    8005 (nodes), the console on 8002, the gateway on 8000 and 8443, its status API on 8007; all
    on loopback only.
    Ctrl-C stops it all.
    """
    from gatepost.cli.screen import failures

    with failures("demo"):
        from gatepost.cli.demo_processes import run_demo

        raise typer.Exit(run_demo(prefix))
