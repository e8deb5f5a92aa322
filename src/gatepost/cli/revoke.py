"""``gatepost revoke``: from now on this is refused on a running node, or on all of them."""

from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from gatepost.cli.planning import Plane, Text

EXAMPLES = (
    'printf %s "$TOKEN" | gatepost revoke --token -',
    'gatepost revoke --subject ann --issuer https://id.example.com --why "left the company"',
    "gatepost revoke --client old-app --for 12h",
    "gatepost revoke --issuer https://id.example.com",
    "gatepost revoke --subject ann --admin https://admin.example --admin-token @token",
)


class KIND(TyperCommand):
    """The command as it is typed: ``--admin`` may stand without its URL."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the command line."""
        alone = [
            "--admin=" if word == "--admin" and after.startswith("-") else word
            for word, after in pairwise([*args, "--"])
        ]
        return super().parse_args(ctx, alone)


def _option(metavar: str, words: str, *names: str) -> Any:
    return typer.Option(*names, metavar=metavar, help=words)


WhatToken = Annotated[
    Text, _option("TOKEN", "A token; - reads it from stdin, so that no process list shows it.")
]
TokenId = Annotated[Text, _option("JTI", "The jti of a token.")]
Subject = Annotated[Text, _option("SUB", "Everything issued to this subject.")]
Client = Annotated[Text, _option("ID", "Everything issued to this client id.")]
Session = Annotated[Text, _option("SID", "A session of the provider (sid).")]
Key = Annotated[Text, _option("KID", "Everything signed with this key (kid).")]
Issuer = Annotated[
    Text, _option("URL", "The issuer of the above; alone: everything that it issued.")
]
For = Annotated[Text, _option("TIME", "How long it is kept, such as 12h. [30d]", "--for")]
Why = Annotated[str, _option("TEXT", "The reason, for the log.")]
Status = Annotated[Text, _option("ADDRESS", "The node's status API. [found by --prefix]")]
Prefix = Annotated[Text, _option("DIRECTORY", "The directory of a node on this machine.")]
Admin = Annotated[
    Text,
    _option(
        "[URL]",
        "At the control plane, for all its nodes. [GATEPOST_ADMIN_URL, else http://127.0.0.1:8001]",
    ),
]
AdminToken = Annotated[
    Text, _option("TOKEN", "With --admin: a token of the Admin API, or @FILE. [GATEPOST_TOKEN]")
]


def revoke(
    token: WhatToken = None,
    token_id: TokenId = None,
    subject: Subject = None,
    client: Client = None,
    session: Session = None,
    key: Key = None,
    issuer: Issuer = None,
    for_: For = None,
    why: Why = "",
    status: Status = None,
    prefix: Prefix = None,
    admin: Admin = None,
    admin_token: AdminToken = None,
    control_plane: Plane = None,
) -> None:
    """Revoke on a running node, or with --admin on all nodes of a control plane.

    What was issued until now is refused, whatever the provider says, also after a restart of the
    node. Returns when it bites. Without --issuer it is done for each issuer that is known there.
    Exit status with --admin: 0 when it bites on every connected node, 4 when one of them did not
    say so within 5 seconds; it is written down then, and bites there later. 1 when it failed.
    """
    from gatepost.cli.screen import failures

    wish = {
        "token": token,
        "token_id": token_id,
        "subject": subject,
        "client": client,
        "session": session,
        "key": key,
        "issuer": issuer,
        "why": why or None,
    }
    with failures("revoke"):
        wish = _wished({name: text for name, text in wish.items() if text}, for_)
        if admin is None:
            _only_with_admin(admin_token, control_plane)
            _on_a_node(wish, status, prefix)
            return
        if status is not None or prefix is not None:
            raise _unclear("--admin is for all nodes, --status and --prefix are for one.")
        from gatepost.cli.revoking import everywhere

        everywhere(wish, admin, admin_token, control_plane)


def _wished(wish: dict[str, Any], kept: Text) -> dict[str, Any]:
    """Return what is sent. Raises Fault for what cannot be meant."""
    import sys

    from gatepost.cli.settings import seconds
    from gatepost.values import By, Fault

    if not any(name != "why" for name in wish):
        raise Fault(
            "revoke.no_target",
            "Say what to revoke: --token, --token-id, --subject, --client, --session, --key or "
            "--issuer.",
            by=By.OPERATOR,
        )
    if wish.get("token") == "-":
        wish["token"] = sys.stdin.read().strip()
        if not wish["token"]:
            raise Fault("revoke.no_token", "No token came on stdin.", by=By.OPERATOR)
    if kept is not None:
        try:
            wish["for"] = seconds(kept)
        except ValueError as error:
            raise Fault("settings.invalid", f"--for: {error}", by=By.OPERATOR) from None
    return wish


def _only_with_admin(admin_token: Text, control_plane: Text) -> None:
    if admin_token is not None or control_plane is not None:
        raise _unclear("--admin-token and --control-plane are used with --admin; say that too.")


def _unclear(message: str) -> Exception:
    from gatepost.values import By, Fault

    return Fault("revoke.where", message, by=By.OPERATOR)


def _on_a_node(wish: dict[str, Any], status: Text, prefix: Text) -> None:
    import getpass
    import os

    from gatepost.cli.node_client import StatusClient

    try:
        wish["who"] = getpass.getuser()
    except (KeyError, OSError):
        wish["who"] = str(os.geteuid())
    client = StatusClient.find(status, Path(prefix) if prefix else None, os.environ)
    answer = client.post("/revocations", wish)
    told(answer["data"], wish, "the node knows")
    print(f"reach: {answer['reach']}")


def told(entries: list[dict[str, Any]], wish: dict[str, Any], known: str) -> None:
    """Print what was revoked. known: whose issuers it was done for where none was named."""
    for entry in entries:
        issuer = f" of {entry['parts'][0]}" if len(entry["parts"]) == 2 else ""
        print(f"revoked: {entry['kind']}{issuer} (number {entry['number']})")
    if len(entries) > 1 and "issuer" not in wish:
        print(f"No issuer was named, so it was done for each that {known}.")
