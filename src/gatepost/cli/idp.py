"""``gatepost idp``: the development identity provider."""

from pathlib import Path
from typing import Annotated

import typer

from gatepost.idp import read_seed, serve
from gatepost.oidc import ASYMMETRIC
from gatepost.values import Address, Fault, Secret

DEFAULT_PORT = 8180

EXAMPLES = (
    "gatepost idp",
    "gatepost idp --seed people.yaml --alg ES256",
)


def idp(
    listen: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Loopback address; port 0 takes a free one.")
    ] = f"127.0.0.1:{DEFAULT_PORT}",
    issuer: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Issuer URL, where it differs from the address."),
    ] = None,
    seed: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Applications, users and groups (YAML or JSON)."),
    ] = None,
    alg: Annotated[
        str, typer.Option(metavar="NAME", help="What the first key signs with.")
    ] = "RS256",
    api_token: Annotated[
        str | None,
        typer.Option(
            envvar="GATEPOST_IDP_API_TOKEN",
            metavar="TOKEN",
            help="Demand it for management: Authorization: SSWS <token>.",
        ),
    ] = None,
) -> None:
    """Run an identity provider for development: Okta's paths, everything in memory."""
    if alg not in ASYMMETRIC:
        raise typer.BadParameter(f"one of {', '.join(sorted(ASYMMETRIC))}", param_hint="--alg")
    try:
        serve(
            Address.parse(listen, default_port=DEFAULT_PORT),
            issuer=issuer,
            seed=read_seed(seed),
            alg=alg,
            api_token=Secret(api_token) if api_token else None,
        )
    except Fault as fault:
        typer.echo(f"gatepost idp: {fault.message}", err=True)
        raise typer.Exit(2) from None
    except OSError as error:
        typer.echo(f"gatepost idp: cannot listen on {listen}: {error.strerror}", err=True)
        raise typer.Exit(1) from None
