"""``gatepost revoke``: from now on this is refused on a running node."""

from pathlib import Path
from typing import Annotated, Any

import typer

Text = str | None

EXAMPLES = (
    'printf %s "$TOKEN" | gatepost revoke --token -',
    'gatepost revoke --subject ann --issuer https://id.example.com --why "left the company"',
    "gatepost revoke --client old-app --for 12h",
    "gatepost revoke --issuer https://id.example.com",
)


def revoke(
    token: Annotated[
        Text,
        typer.Option(
            metavar="TOKEN",
            help="A token; - reads it from stdin, so that no process list shows it.",
        ),
    ] = None,
    token_id: Annotated[Text, typer.Option(metavar="JTI", help="The jti of a token.")] = None,
    subject: Annotated[
        Text, typer.Option(metavar="SUB", help="Everything issued to this subject.")
    ] = None,
    client: Annotated[
        Text, typer.Option(metavar="ID", help="Everything issued to this client id.")
    ] = None,
    session: Annotated[
        Text, typer.Option(metavar="SID", help="A session of the provider (sid).")
    ] = None,
    key: Annotated[
        Text, typer.Option(metavar="KID", help="Everything signed with this key (kid).")
    ] = None,
    issuer: Annotated[
        Text,
        typer.Option(
            metavar="URL", help="The issuer of the above; alone: everything that it issued."
        ),
    ] = None,
    for_: Annotated[
        Text, typer.Option("--for", metavar="TIME", help="How long it is kept, such as 12h. [30d]")
    ] = None,
    why: Annotated[str, typer.Option(metavar="TEXT", help="The reason, for the log.")] = "",
    status: Annotated[
        Text, typer.Option(metavar="ADDRESS", help="The node's status API. [found by --prefix]")
    ] = None,
    prefix: Annotated[
        Text, typer.Option(metavar="DIRECTORY", help="The directory of a node on this machine.")
    ] = None,
) -> None:
    """Revoke on a running node.

    What was issued until now is refused, whatever the provider says, also after a restart of the
    node. Returns when it bites. Without --issuer it is done for each issuer that the node knows.
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
        _revoke({name: text for name, text in wish.items() if text}, for_, status, prefix)


def _revoke(wish: dict[str, Any], kept: Text, status: Text, prefix: Text) -> None:
    import getpass
    import os
    import sys

    from gatepost.cli.node_client import StatusClient
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
    try:
        wish["who"] = getpass.getuser()
    except (KeyError, OSError):
        wish["who"] = str(os.geteuid())
    client = StatusClient.find(status, Path(prefix) if prefix else None, os.environ)
    answer = client.post("/revocations", wish)
    for entry in answer["data"]:
        issuer = f" of {entry['parts'][0]}" if len(entry["parts"]) == 2 else ""
        print(f"revoked: {entry['kind']}{issuer} (number {entry['number']})")
    if len(answer["data"]) > 1 and "issuer" not in wish:
        print("No issuer was named, so it was done for each that the node knows.")
    print(f"reach: {answer['reach']}")
