"""``gatepost run``: a node from a kong.yaml, without a control plane."""

from pathlib import Path
from typing import Annotated, Any

import typer

Text = str | None

EXAMPLES = (
    "gatepost run kong.yaml",
    "gatepost run kong.yaml --proxy 0.0.0.0:80 --proxy-ssl 0.0.0.0:443",
    "KONG_PROXY_LISTEN=127.0.0.1:9000 gatepost run kong.yaml",
    "gatepost run --settings node.toml",
)

File = Annotated[
    Path | None,
    typer.Argument(metavar="FILE", help="The kong.yaml. It is followed while it changes."),
]
Proxy = Annotated[
    Text, typer.Option(metavar="ADDRESS", help="Address for HTTP, or off. [127.0.0.1:8000]")
]
ProxySsl = Annotated[
    Text, typer.Option(metavar="ADDRESS", help="Address for HTTPS, or off. [127.0.0.1:8443]")
]
Status = Annotated[
    Text, typer.Option(metavar="ADDRESS", help="Address of the status API. [127.0.0.1:8007]")
]
Prefix = Annotated[Text, typer.Option(metavar="DIRECTORY", help="The node's own directory.")]
Workers = Annotated[Text, typer.Option(metavar="NUMBER", help="nginx workers. [one for each core]")]
Authorizers = Annotated[Text, typer.Option(metavar="NUMBER", help="Processes that decide. [1]")]
TrustedIps = Annotated[
    Text,
    typer.Option(metavar="NETWORKS", help="Proxies whose X-Forwarded-* are believed: 10.0.0.0/8,…"),
]
RefusalBudget = Annotated[
    Text,
    typer.Option(
        metavar="NUMBER", help="Refused questions a second that one client may cause. [20]"
    ),
]
Memory = Annotated[
    Text, typer.Option(metavar="SIZE", help="Shared memory for remembered decisions. [128m]")
]
Drain = Annotated[
    Text, typer.Option(metavar="TIME", help="Time for open requests when the node stops. [10s]")
]
User = Annotated[
    Text,
    typer.Option(metavar="NAME", help="User of the workers when root starts the node. [nobody]"),
]
Nginx = Annotated[Text, typer.Option(metavar="FILE", help="The nginx or openresty to run.")]
LastGood = Annotated[
    bool | None,
    typer.Option(
        "--last-good", help="Start with the configuration that last worked if FILE is bad."
    ),
]
Settings = Annotated[Text, typer.Option(metavar="FILE", help="A TOML file with these settings.")]


def run(
    file: File = None,
    proxy: Proxy = None,
    proxy_ssl: ProxySsl = None,
    status: Status = None,
    prefix: Prefix = None,
    workers: Workers = None,
    authorizers: Authorizers = None,
    trusted_ips: TrustedIps = None,
    refusal_budget: RefusalBudget = None,
    memory: Memory = None,
    drain: Drain = None,
    user: User = None,
    nginx: Nginx = None,
    last_good: LastGood = None,
    settings: Settings = None,
) -> None:
    """Run a node from a kong.yaml.

    Settings are flags, then GATEPOST_* variables (and KONG_* of the same meaning), then the
    settings file. Prints READY with its addresses when it takes traffic.
    """
    from gatepost.cli.screen import failures

    flags: dict[str, Any] = dict(locals())
    flags.pop("failures")
    with failures("run"):
        from gatepost.cli.node_settings import node_settings
        from gatepost.node import run_node

        raise typer.Exit(run_node(node_settings(flags)))
