"""``gatepost doctor``: what a node needs, and whether this machine has it."""

from pathlib import Path
from typing import Annotated

import typer

Text = str | None

EXAMPLES = (
    "gatepost doctor",
    "gatepost doctor --config kong.yaml",
)


def doctor(
    config: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A kong.yaml: also check it and reach its providers."),
    ] = None,
    prefix: Annotated[
        Text, typer.Option(metavar="DIRECTORY", help="The node's own directory.")
    ] = None,
    proxy: Annotated[
        Text, typer.Option(metavar="ADDRESS", help="Address for HTTP, or off.")
    ] = None,
    proxy_ssl: Annotated[
        Text, typer.Option(metavar="ADDRESS", help="Address for HTTPS, or off.")
    ] = None,
    status: Annotated[
        Text, typer.Option(metavar="ADDRESS", help="Address of the status API.")
    ] = None,
    nginx: Annotated[
        Text, typer.Option(metavar="FILE", help="The nginx or openresty to look at.")
    ] = None,
) -> None:
    """Look whether this machine has what a node needs; says what to do about what it lacks.

    Exit status 1 when something would keep a node from running.
    """
    from gatepost.cli.screen import failures

    flags = {
        "prefix": prefix,
        "proxy": proxy,
        "proxy_ssl": proxy_ssl,
        "status": status,
        "nginx": nginx,
        "file": config or Path("kong.yaml"),
    }
    with failures("doctor"):
        from gatepost.cli.examination import Finding, examine
        from gatepost.cli.node_settings import node_settings

        findings = examine(node_settings(flags), config)
        marks = {"good": "ok  ", "note": "note", "bad": "BAD "}
        for finding in findings:
            print(f"{marks[finding.kind]} {finding.what}: {finding.text}")
        bad: list[Finding] = [finding for finding in findings if finding.kind == "bad"]
        way = "One thing is" if len(bad) == 1 else f"{len(bad)} things are"
        print("A node can run here." if not bad else f"{way} in the way.")
        raise typer.Exit(1 if bad else 0)
