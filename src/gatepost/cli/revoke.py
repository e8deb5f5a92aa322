"""``gatepost revoke``: from now on this is refused on a running node."""

from pathlib import Path
from typing import Annotated, Any

import typer

Text = str | None


def revoke(
    token: Annotated[
        Text, typer.Option(help="A token; - reads it from stdin, so that no process list shows it.")
    ] = None,
    token_id: Annotated[Text, typer.Option(help="The jti of a token.")] = None,
    subject: Annotated[Text, typer.Option(help="Everything issued to this subject.")] = None,
    client: Annotated[Text, typer.Option(help="Everything issued to this client id.")] = None,
    session: Annotated[Text, typer.Option(help="A session of the provider (sid).")] = None,
    key: Annotated[Text, typer.Option(help="Everything signed with this key (kid).")] = None,
    issuer: Annotated[
        Text,
        typer.Option(help="The issuer of the above; alone: everything that it issued."),
    ] = None,
    for_: Annotated[
        Text, typer.Option("--for", help="How long it is kept, such as 12h. [30d]")
    ] = None,
    why: Annotated[str, typer.Option(help="The reason, for the log.")] = "",
    status: Annotated[Text, typer.Option(help="The node's status API. [found by --prefix]")] = None,
    prefix: Annotated[Text, typer.Option(help="The directory of a node on this machine.")] = None,
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
