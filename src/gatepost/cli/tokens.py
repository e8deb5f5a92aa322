"""``gatepost tokens``: who may call the Admin API."""

import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import typer

from gatepost.cli.planning import Admin, Json, Text, Token

EXAMPLES = {
    "create": (
        "gatepost tokens create pipeline --role operator > pipeline.token",
        "gatepost tokens create dashboard --role viewer --for ever --control-plane staging",
    ),
    "list": ("gatepost tokens list",),
    "revoke": ("gatepost tokens revoke 3f2a9c1e",),
}

_LIFE = "30d"
_HEADS = ("ID", "NAME", "ROLE", "CONTROL PLANE", "ENDS", "LAST USED")


def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="For whom it is; the log names it.")],
    role: Annotated[
        Literal["viewer", "operator", "admin"],
        typer.Option(
            help="viewer reads; operator also writes, revokes and admits nodes; admin does all."
        ),
    ],
    for_: Annotated[
        Text, typer.Option("--for", metavar="TIME", help="How long it is good, or: ever. [30d]")
    ] = None,
    control_plane: Annotated[
        Text, typer.Option(metavar="NAME", help="The only control plane it is for. [all]")
    ] = None,
    admin: Admin = None,
    token: Token = None,
) -> None:
    """Make a token of the Admin API.

    It alone goes to stdout. It is not shown again. Takes the role admin.
    """
    from gatepost.cli.planning import in_pipelines

    with in_pipelines("tokens create"):
        import os

        from gatepost.cli.admin_client import AdminClient
        from gatepost.cli.asking import duration, make
        from gatepost.cli.spans import span

        wish: dict[str, Any] = {"name": name, "role": role}
        if for_ != "ever":
            wish["expires_in"] = duration(for_ or _LIFE)
        client = AdminClient.find(admin, token, os.environ)
        if control_plane is not None:
            wish["plane"] = client.plane(control_plane)
        said = {"name": "NAME", "role": "--role", "expires_in": "--for", "plane": "--control-plane"}
        made = make(client, "/tokens", wish, said)
        print(made["token"], flush=True)
        life = wish.get("expires_in")
        until = f"ends in {span(life)}" if life else "does not end"
        print(f"{name}: role {made['role']}, {until}, id {made['id']}.", file=sys.stderr)


def list_(admin: Admin = None, token: Token = None, as_json: Json = False) -> None:
    """List the tokens of the Admin API, without their secrets. Takes the role admin."""
    from gatepost.cli.planning import in_pipelines

    with in_pipelines("tokens list"):
        import json
        import os

        from gatepost.cli.admin_client import AdminClient

        client = AdminClient.find(admin, token, os.environ)
        found = client.all("/tokens")
        if as_json:
            print(json.dumps(found.items, indent=2, ensure_ascii=False))
            return
        bound = any(one["plane"] for one in found.items)
        planes = client.send("GET", "/v2/control-planes?page[size]=1000")["data"] if bound else ()
        _show(found.items, {one["id"]: one["name"] for one in planes}, found.now)


def revoke(
    ident: Annotated[str, typer.Argument(metavar="ID", help="Its id, or how that begins.")],
    admin: Admin = None,
    token: Token = None,
) -> None:
    """Revoke a token: it is good for nothing from the next request on. Takes the role admin."""
    from gatepost.cli.planning import in_pipelines

    with in_pipelines("tokens revoke"):
        import os
        from urllib.parse import quote

        from gatepost.cli.admin_client import AdminClient
        from gatepost.cli.asking import chosen
        from gatepost.values.plain_text import plain

        client = AdminClient.find(admin, token, os.environ)
        found = chosen(client.all("/tokens").items, ident, "token", "gatepost tokens list")
        client.send("DELETE", f"/tokens/{quote(found['id'], safe='')}")
        before = " before" if found["revoked_at"] else ""
        print(f"revoked{before}: {plain(found['name'])} ({found['id']})")


COMMANDS = {"create": create, "list": list_, "revoke": revoke}


def _show(tokens: Sequence[Mapping[str, Any]], planes: Mapping[str, str], now: float) -> None:
    from gatepost.cli.asking import short
    from gatepost.cli.spans import ago
    from gatepost.cli.table import Row, show

    if not tokens:
        print("There is no token yet. gatepost tokens create makes one.", file=sys.stderr)
        return
    ids = short([str(one["id"]) for one in tokens])
    rows = [
        Row(
            (
                ids[one["id"]],
                one["name"],
                one["role"],
                planes.get(one["plane"], one["plane"]) if one["plane"] else "all",
                _ends(one, now),
                ago(now - one["last_used_at"]) if one["last_used_at"] else "never",
            )
        )
        for one in sorted(tokens, key=lambda one: (not _good(one, now), one["name"], one["id"]))
    ]
    show(_HEADS, rows, shorten=1)


def _good(token: Mapping[str, Any], now: float) -> bool:
    return not token["revoked_at"] and (token["expires_at"] or now + 1) > now


def _ends(token: Mapping[str, Any], now: float) -> str:
    from gatepost.cli.spans import left

    if token["revoked_at"]:
        return "revoked"
    return left(token["expires_at"] - now) if token["expires_at"] else "never"
