"""What ``diff`` and ``apply`` share: their options, and asking a control plane for a plan."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from gatepost.cli.admin_client import AdminClient, Answer
    from gatepost.cli.declared import Declared

Text = str | None

Files = Annotated[
    list[str],
    typer.Argument(metavar="FILE...", help="A kong.yaml; - for stdin; several are merged."),
]
Admin = Annotated[Text, typer.Option(metavar="URL", help="The Admin API. [http://127.0.0.1:8001]")]
Plane = Annotated[
    Text, typer.Option(metavar="NAME", help="A control plane by name. [the default one]")
]
Tags = Annotated[
    list[str] | None,
    typer.Option("--select-tag", metavar="TAG", help="Only what has this tag; several times."),
]
Token = Annotated[
    Text,
    typer.Option(metavar="TOKEN", help="A token of the Admin API, or @FILE. [GATEPOST_TOKEN]"),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


@contextmanager
def in_pipelines(command: str) -> Iterator[None]:
    """Turn a failure into words and exit code 1, whoever is to blame: 2 and 3 mean other things."""
    from gatepost.cli.screen import failures

    try:
        with failures(command):
            yield
    except typer.Exit:
        raise typer.Exit(1) from None


def planned(client: "AdminClient", declared: "Declared", tags: Sequence[str]) -> Any:
    """Return the plan of a control plane for files. Raises Fault with every mistake in them."""
    from gatepost.cli.admin_client import waiting

    with waiting("Comparing with the control plane ..."):
        answer = send(client, "/declarative/plan", declared, tags)
    return judged(client, declared, answer)


def send(
    client: "AdminClient",
    path: str,
    declared: "Declared",
    tags: Sequence[str],
    **headers: str,
) -> "Answer":
    """Send files; header names are written with ``_`` for ``-``."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.call(
        "POST",
        path,
        declared.text,
        {"Content-Type": "application/yaml", **named},
        [("select_tag", tag) for tag in tags],
    )


def judged(client: "AdminClient", declared: "Declared", answer: "Answer") -> Any:
    """Return what a control plane answered to files; Fault when it refused them."""
    value = answer.json()
    if answer.status == 400 and isinstance(value, dict) and value.get("problems"):
        raise declared.blamed(value["problems"])
    return client.good(answer)
