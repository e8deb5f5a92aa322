"""``gatepost dump``: the configuration of a control plane as a kong.yaml."""

from typing import Annotated

import typer

from gatepost.cli.planning import Admin, Plane, Tags, Text, Token

EXAMPLES = (
    "gatepost dump kong.yaml",
    "gatepost dump --select-tag team-a team-a.yaml",
    "gatepost dump --with-id --reveal backup.yaml",
)


def dump(
    file: Annotated[Text, typer.Argument(metavar="[FILE]", help="Where to write. [stdout]")] = None,
    admin: Admin = None,
    control_plane: Plane = None,
    select_tag: Tags = None,
    token: Token = None,
    with_id: Annotated[
        bool, typer.Option("--with-id", help="With all ids and times, to bring back the same.")
    ] = False,
    reveal: Annotated[
        bool, typer.Option("--reveal", help="With secrets; takes the role admin.")
    ] = False,
) -> None:
    """Write the configuration of a control plane as a kong.yaml.

    Secrets are {masked}, which an apply to the same control plane reads as "what is stored stays";
    references to vaults are written as they are.
    """
    from gatepost.cli.screen import failures

    with failures("dump"):
        import os
        import sys

        from gatepost.cli.admin_client import AdminClient, waiting

        client = AdminClient.find(admin, token, os.environ, control_plane)
        query = [("select_tag", tag) for tag in select_tag or ()]
        headers = {"Gatepost-Secrets": "reveal"} if reveal else {}
        with waiting("Reading the control plane ..."):
            asked = [*query, ("with_id", "true")] if with_id else query
            answer = client.call("GET", "/declarative", headers=headers, query=asked)
        if answer.status != 200:
            client.good(answer)
            raise client.refused(answer)
        if file in (None, "-"):
            sys.stdout.buffer.write(answer.body)
            sys.stdout.flush()
        else:
            _write(str(file), answer.body, private=reveal)


def _write(name: str, text: bytes, *, private: bool) -> None:
    """Write a file whole or not at all. private: for its owner alone."""
    import os
    import tempfile
    from pathlib import Path

    path = Path(name).resolve()
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(text)
        if not private:
            mask = os.umask(0)
            os.umask(mask)
            Path(beside).chmod(0o666 & ~mask)
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
