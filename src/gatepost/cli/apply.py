"""``gatepost apply``: make a control plane what a kong.yaml says."""

from typing import Annotated, Any

import typer

from gatepost.cli.planning import Admin, Files, Json, Plane, Tags, Token

EXAMPLES = (
    "gatepost apply kong.yaml",
    "gatepost apply --yes --admin https://admin.example --token @/run/secrets/token kong.yaml",
    "gatepost apply --yes --select-tag team-a team-a.yaml",
)

MOVED = 3


def apply(
    files: Files,
    admin: Admin = None,
    control_plane: Plane = None,
    select_tag: Tags = None,
    token: Token = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")] = False,
    as_json: Json = False,
) -> None:
    """Make a control plane what a kong.yaml says: all of it, or nothing.

    Shows what would change, asks, and does exactly that. What the file does not hold is deleted;
    with --select-tag only what has the tags.
    Exit status 0 when done, 3 when the configuration changed meanwhile, 1 when it failed.
    """
    from gatepost.cli.planning import in_pipelines

    with in_pipelines("apply"):
        import os

        from gatepost.cli.admin_client import AdminClient
        from gatepost.cli.declared import Declared

        client = AdminClient.find(admin, token, os.environ, control_plane)
        done = _apply(client, Declared(files), select_tag or [], yes=yes, as_json=as_json)
    if not done:
        raise typer.Exit(MOVED)


def _apply(client: Any, declared: Any, tags: list[str], *, yes: bool, as_json: bool) -> bool:
    """Return whether it was done; False when somebody else was faster."""
    import json

    from gatepost.cli.admin_client import waiting
    from gatepost.cli.plan_shown import show, summary
    from gatepost.cli.planning import judged, planned, send
    from gatepost.cli.screen import complain

    _can_ask(yes=yes, as_json=as_json)
    plan = planned(client, declared, tags)
    if not as_json:
        show(plan)
        print(summary(plan))
    if not plan["changes"] and not as_json:
        return True
    if not yes:
        _ask()
    with waiting(f"Making {len(plan['changes'])} changes ..."):
        version = f'"{plan["version"]}"'
        answer = send(client, "/declarative/apply", declared, tags, If_Match=version)
    if answer.status == 412:
        complain(
            "apply",
            ["The configuration changed meanwhile; nothing was done. Run gatepost diff again."],
        )
        return False
    done = judged(client, declared, answer)
    if as_json:
        print(json.dumps(done, indent=2, ensure_ascii=False))
    else:
        print(f"{summary(done, done=True)} Version {done['version']}, hash {done['hash'][:16]}.")
    return True


def _can_ask(*, yes: bool, as_json: bool) -> None:
    import sys

    from gatepost.values import By, Fault

    if not yes and (as_json or not sys.stdin.isatty()):
        raise Fault(
            "apply.unasked", "There is nobody to ask; say --yes to do it at once.", by=By.OPERATOR
        )


def _ask() -> None:
    from gatepost.values import By, Fault

    try:
        said = input("Do this? [y/N] ")
    except EOFError:
        said = ""
    if said.strip().lower() not in ("y", "yes"):
        raise Fault("apply.declined", "Nothing was done.", by=By.OPERATOR)
