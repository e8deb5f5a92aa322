"""``gatepost nodes``: the nodes of a control plane, the tokens that admit them, turning away."""

from typing import Annotated, Any

import typer

from gatepost.cli.planning import Admin, Json, Plane, Text, Token

EXAMPLES = {
    "token": (
        "gatepost nodes token",
        "TOKEN=$(gatepost nodes token --for 10m --address gate.example:8005)",
    ),
    "list": (
        "gatepost nodes list",
        "gatepost nodes list --json | jq '.[] | select(.in_sync | not)'",
    ),
    "revoke": ('gatepost nodes revoke 3f2a9c1e --why "the machine was sold"',),
}


def token(
    for_: Annotated[
        Text, typer.Option("--for", metavar="TIME", help="How long it admits, up to 7d. [1h]")
    ] = None,
    address: Annotated[
        Text,
        typer.Option(
            metavar="HOST:PORT", help="Where the node finds the control plane. [where it listens]"
        ),
    ] = None,
    admin: Admin = None,
    control_plane: Plane = None,
    token: Token = None,
) -> None:
    """Make a token that admits one node, once.

    It alone goes to stdout; what to do with it, to stderr. It is not shown again.
    Takes the role operator.
    """
    from gatepost.cli.planning import in_pipelines

    with in_pipelines("nodes token"):
        import os

        from gatepost.cli.admin_client import AdminClient
        from gatepost.cli.asking import duration, make
        from gatepost.cli.nodes_shown import admitted

        wish: dict[str, Any] = {} if for_ is None else {"expires_in": duration(for_)}
        if address is not None:
            wish["address"] = address
        client = AdminClient.find(admin, token, os.environ, control_plane)
        said = {"expires_in": "--for", "address": "--address"}
        admitted(make(client, "/clustering/tokens", wish, said))


def list_(
    admin: Admin = None, control_plane: Plane = None, token: Token = None, as_json: Json = False
) -> None:
    """List the nodes, and how each of them is.

    IN SYNC is yes when a node runs what was published last, behind when it does not yet, refused
    when it cannot, with the reason below. Takes the role viewer.
    """
    from gatepost.cli.planning import in_pipelines

    with in_pipelines("nodes list"):
        import json
        import os

        from gatepost.cli.admin_client import AdminClient
        from gatepost.cli.nodes_shown import show

        client = AdminClient.find(admin, token, os.environ, control_plane)
        found = client.all("/clustering/data-planes")
        if as_json:
            print(json.dumps(found.items, indent=2, ensure_ascii=False))
        else:
            show(found.items, found.now)


def revoke(
    node: Annotated[str, typer.Argument(metavar="ID", help="Its id, or how that begins.")],
    why: Annotated[str, typer.Option(metavar="TEXT", help="The reason, for the log.")] = "",
    admin: Admin = None,
    control_plane: Plane = None,
    token: Token = None,
) -> None:
    """Turn a node away: its certificate is worth nothing from now on.

    It goes on serving what it has, without the control plane, until it is stopped at its machine.
    A new token lets it in as a new node. Takes the role admin.
    """
    from gatepost.cli.planning import in_pipelines

    with in_pipelines("nodes revoke"):
        import os
        from urllib.parse import quote, urlencode

        from gatepost.cli.admin_client import AdminClient
        from gatepost.cli.asking import chosen
        from gatepost.cli.nodes_shown import named

        client = AdminClient.find(admin, token, os.environ, control_plane)
        items = client.all("/clustering/data-planes").items
        found = chosen(items, node, "node", "gatepost nodes list")
        path = f"/clustering/data-planes/{quote(found['id'], safe='')}"
        client.send("DELETE", f"{path}?{urlencode({'why': why})}" if why else path)
        if found["revoked_at"]:
            print(f"revoked before: {named(found)}")
        else:
            print(f"revoked: {named(found)}")
            print("It goes on serving what it has until it is stopped at its machine.")


COMMANDS = {"token": token, "list": list_, "revoke": revoke}
