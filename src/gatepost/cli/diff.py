"""``gatepost diff``: what a kong.yaml would change in a control plane."""

import typer

from gatepost.cli.planning import Admin, Files, Json, Plane, Tags, Token

EXAMPLES = (
    "gatepost diff kong.yaml",
    "gatepost diff --select-tag team-a team-a.yaml || test $? = 2",
    "gatepost dump | gatepost diff -",
)


def diff(
    files: Files,
    admin: Admin = None,
    control_plane: Plane = None,
    select_tag: Tags = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Show what a kong.yaml would change in a control plane. Nothing is written.

    Exit status 0 when there is nothing to change, 2 when there is, 1 when it failed.
    """
    from gatepost.cli.planning import in_pipelines, planned

    with in_pipelines("diff"):
        import json
        import os

        from gatepost.cli.admin_client import AdminClient
        from gatepost.cli.declared import Declared
        from gatepost.cli.plan_shown import show, summary

        client = AdminClient.find(admin, token, os.environ, control_plane)
        plan = planned(client, Declared(files), select_tag or ())
        if as_json:
            print(json.dumps(plan, indent=2, ensure_ascii=False))
        else:
            show(plan)
            print(summary(plan))
    raise typer.Exit(2 if plan["changes"] else 0)
