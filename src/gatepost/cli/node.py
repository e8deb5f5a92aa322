"""``gatepost node``: a node that takes its configuration from a control plane."""

from typing import Annotated, Any

import typer

from gatepost.cli.run import (
    Authorizers,
    Drain,
    Memory,
    Nginx,
    Prefix,
    Proxy,
    ProxySsl,
    RefusalBudget,
    Settings,
    Status,
    Text,
    TrustedIps,
    User,
    Workers,
)

EXAMPLES = (
    "GATEPOST_TOKEN=gpn_… gatepost node",
    "gatepost node --control-plane control.example:8005 --token gpn_…",
    "gatepost node --prefix /var/lib/gatepost    (later starts need no token)",
)

ControlPlane = Annotated[
    Text,
    typer.Option(
        metavar="ADDRESSES",
        help="The control plane's cluster listener; several, with commas, are tried in turn. "
        "[where the token says]",
    ),
]
Token = Annotated[
    Text,
    typer.Option(
        metavar="TOKEN", help="The enrolment token; only the first start needs it, and uses it up."
    ),
]


def node(
    control_plane: ControlPlane = None,
    token: Token = None,
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
    settings: Settings = None,
) -> None:
    """Run a node of a control plane.

    At its first start it is enrolled with a token, which can be used once; a variable keeps the
    token out of the list of processes. Without a control plane it goes on with what it last had.
    Prints READY with its addresses when it takes traffic.
    """
    from gatepost.cli.screen import failures

    flags: dict[str, Any] = dict(locals())
    flags.pop("failures")
    with failures("node"):
        from gatepost.cli.node_settings import member_settings
        from gatepost.node import run_node

        raise typer.Exit(run_node(member_settings(flags)))
