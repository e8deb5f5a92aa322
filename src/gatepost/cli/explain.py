"""``gatepost explain``: one request, judged here, with everything that went into it."""

from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = (
    "gatepost explain --config kong.yaml --url http://localhost:8000/orders",
    "gatepost explain --config kong.yaml --url http://localhost:8000/orders \\",
    '    -H "Authorization: Bearer $TOKEN" --status http://127.0.0.1:8007',
    "gatepost explain --config kong.yaml --url http://localhost:8000/orders --json",
)


def explain(
    config: Annotated[Path, typer.Option(metavar="FILE", help="The kong.yaml.")],
    url: Annotated[str, typer.Option(metavar="URL", help="The URL as a client would ask for it.")],
    method: Annotated[
        str | None,
        typer.Option("-X", "--method", metavar="METHOD", help="The method. [GET; POST with -d]"),
    ] = None,
    header: Annotated[
        list[str] | None,
        typer.Option("-H", "--header", metavar="HEADER", help="'Name: value', several times."),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option("-d", "--data", metavar="BODY", help="The body; @FILE or - reads it."),
    ] = None,
    address: Annotated[
        str, typer.Option(metavar="ADDRESS", help="The client's address.")
    ] = "127.0.0.1",
    status: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Also heed the revocations of this running node."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Show why a request is let through or refused.

    Judges it as a node would, asking the real provider; nothing is sent upstream, and secrets are
    masked. Exit status 0 when it would be forwarded, 3 when refused.
    """
    from gatepost.cli.screen import failures

    with failures("explain"):
        import os

        from gatepost.cli.explanation import described, explanation
        from gatepost.cli.explanation_shown import as_text
        from gatepost.cli.node_settings import vault_of

        asked = described(url, method, header or [], data, address)
        found = explanation(config, asked, vault=vault_of(os.environ), status=status)
        if as_json:
            import json

            print(json.dumps(found, indent=2, ensure_ascii=False))
        else:
            as_text(found)
        raise typer.Exit(0 if found["outcome"] == "forward" else 3)
