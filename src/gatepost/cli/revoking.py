"""Revoking at a control plane: for all its nodes, and which of them have it."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

import typer

from gatepost.cli.admin_client import AdminClient, waiting
from gatepost.cli.planning import Text, in_pipelines
from gatepost.cli.revoke import told
from gatepost.values import Fault

SOME_DID_NOT = 4


def everywhere(wish: dict[str, Any], admin: str, token: Text, control_plane: Text) -> None:
    """Revoke for all nodes, and print how far it got.

    admin: a URL, empty for the usual one. Raises typer.Exit: 1 when it failed, 4 when a node that
    is connected did not apply it in time.
    """
    with in_pipelines("revoke"):
        client = AdminClient.find(admin, token, os.environ, control_plane, option="--admin-token")
        with waiting("Telling the nodes ..."):
            answer = client.send("POST", "/revocations", wish)
    told(answer["data"], wish, "the configuration names")
    reached = answer["nodes"]
    for line in reach(reached, _nodes(client)):
        print(line)
    if reached["missing"]:
        raise typer.Exit(SOME_DID_NOT)


def reach(reached: Mapping[str, Any], nodes: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return in words how many nodes applied it and which did not.

    reached: ``connected``, ``applied`` and ``missing``, as the control plane tells. nodes: all that
    it knows.
    """
    from gatepost.cli.nodes_shown import named

    by_id = {str(one["id"]): one for one in nodes}
    count, late = reached["connected"], reached["missing"]
    lines = [f"applied by {reached['applied']} of {_nodes_of(count)}"]
    lines += [f"not yet applied by {named(by_id[one]) if one in by_id else one}" for one in late]
    held = [one for one in nodes if not one["revoked_at"]]
    lines += [f"not connected: {named(one)}" for one in held if not one["connected"]]
    elsewhere = sum(one["connected"] for one in held) - count
    if elsewhere > 0:
        # they follow another process of this control plane, or went away a moment ago
        lines.append(f"not waited for: {elsewhere} more, seen within the last minutes")
    if len(lines) > 1:
        lines.append("They apply it when they hear of it; until then they may accept it.")
    return lines


def _nodes_of(count: int) -> str:
    return f"{count} connected node{'' if count == 1 else 's'}"


def _nodes(client: AdminClient) -> Sequence[Mapping[str, Any]]:
    """Return the nodes, none when they cannot be told: what was asked for is done by now."""
    try:
        return client.all("/clustering/data-planes").items
    except Fault:
        return ()
