"""``gatepost validate``: a kong.yaml, without running it."""

import os
from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = ("gatepost validate kong.yaml",)


def validate(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The kong.yaml.")],
) -> None:
    """Check a kong.yaml as `gatepost run` would: every mistake with its place, nothing started."""
    from gatepost.cli.screen import failures

    with failures("validate"):
        from gatepost.cli.node_settings import vault_of
        from gatepost.node.reading import read_file

        vault = vault_of(os.environ)
        read = read_file(file, secret=os.urandom(32), node_secret=os.urandom(32), vault=vault)
        for warning in read.warnings:
            print(f"warning: {warning}")
        snapshot = read.snapshot
        print(
            f"{file} is good: {len(snapshot.services)} services, {len(snapshot.routes)} routes, "
            f"{len(snapshot.plugins)} plugins, hash {snapshot.hash[:16]}"
        )
