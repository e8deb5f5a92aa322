"""What a node is told once, at its start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gatepost.values import Address, Secret

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class NodeSettings:
    """Everything ``gatepost run`` and ``gatepost node`` can be told.

    file: the kong.yaml, None for a node of a control plane. prefix: the node's own directory.
    proxy, proxy_ssl, status: where it listens, None for not at all; port 0 takes a free one.
    status_token: demanded by calls that change something. workers: nginx workers. authorizers:
    Python processes that decide. trusted_ips: addresses and networks whose X-Forwarded-* are
    believed. refusal_budget: refused
    questions that one client address (of IPv6 one /64) may cause in a second, with bursts of ten
    times as many.
    memory: bytes of shared memory for remembered decisions. drain: seconds that open requests get
    when the node stops. user: whose rights nginx's workers have when the node is started by root.
    control_plane: where its cluster listeners are, tried in turn; none where the token or the
    prefix says it.
    token: what the node is enrolled with. report_every: seconds between two reports of traffic.
    traces: requests of each kind of which each process of the node tells the control plane in a
    second; 0 for none.
    last_good: start with the configuration that last worked when the file is bad.
    trace_log: an absolute path where the trace compiler of nginx's workers writes, for developers.
    environment: what child processes get. vault: the variables that ``{vault://env/…}`` may name.
    """

    file: Path | None
    prefix: Path
    proxy: Address | None = field(default=Address("127.0.0.1", 8000))
    proxy_ssl: Address | None = field(default=Address("127.0.0.1", 8443))
    status: Address = field(default=Address("127.0.0.1", 8007))
    status_token: Secret | None = None
    workers: int = field(default_factory=lambda: len(os.sched_getaffinity(0)))
    authorizers: int = 1
    trusted_ips: tuple[str, ...] = ()
    refusal_budget: int = 20
    memory: int = 128 * MIB
    drain: float = 10.0
    user: str = "nobody"
    nginx: Path | None = None
    control_plane: tuple[Address, ...] = ()
    token: Secret | None = None
    report_every: float = 5.0
    traces: int = 0
    last_good: bool = False
    trace_log: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    vault: Mapping[str, str] = field(default_factory=dict, repr=False)
