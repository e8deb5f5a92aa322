"""``gatepost control-plane``: the Admin API, and where nodes get their configuration."""

from typing import Annotated, Any

import typer

Text = str | None

EXAMPLES = (
    "gatepost control-plane",
    "gatepost control-plane --admin 127.0.0.1:9001 --prefix ./control-plane",
    "gatepost control-plane --database postgresql://gatepost:secret@db.example/gatepost",
)

Admin = Annotated[
    Text, typer.Option(metavar="ADDRESS", help="Address of the Admin API. [127.0.0.1:8001]")
]
Cluster = Annotated[
    Text, typer.Option(metavar="ADDRESS", help="Address to which nodes come. [127.0.0.1:8005]")
]
Database = Annotated[
    Text,
    typer.Option(metavar="URL", help="sqlite:///FILE or postgresql://…  [a file in the directory]"),
]
Prefix = Annotated[
    Text, typer.Option(metavar="DIRECTORY", help="The control plane's own directory.")
]
Settings = Annotated[Text, typer.Option(metavar="FILE", help="A TOML file with these settings.")]


def control_plane(
    admin: Admin = None,
    cluster: Cluster = None,
    database: Database = None,
    prefix: Prefix = None,
    settings: Settings = None,
) -> None:
    """Run a control plane: Kong's Admin API over a database.

    Settings are flags, then GATEPOST_* variables (and KONG_* of the same meaning), then the
    settings file. Prints READY with its addresses when it takes calls.
    """
    from gatepost.cli.screen import failures

    flags: dict[str, Any] = dict(locals())
    flags.pop("failures")
    with failures("control-plane"):
        from gatepost.admin import run_control_plane
        from gatepost.cli.control_plane_settings import control_plane_settings

        raise typer.Exit(run_control_plane(control_plane_settings(flags)))
