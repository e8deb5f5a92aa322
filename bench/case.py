"""What is measured: a product offers cases, each a port and what is sent to it."""

from collections.abc import Callable
from dataclasses import dataclass

from bench.load import Drive
from bench.pool import Pool
from bench.processes import Process


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the table.

    name: ``product-what``. title: for a person. process: whose tree is measured. port: where it
    listens. seen: headers that must reach the upstream, with their values (None: any). refuses:
    whether the request without its credential must be refused with 401. pool: where it takes its
    credentials from, each once. often: runs in a round.
    """

    name: str
    title: str
    process: Process
    port: int
    drive: Drive
    seen: tuple[tuple[str, str | None], ...] = ()
    refuses: bool = False
    pool: Pool | None = None
    often: int = 1


class MissingError(RuntimeError):
    """A peer that is not installed here; the text says what is missing."""


BASELINE = "nginx-forwarding"

FORWARDED: tuple[tuple[str, str | None], ...] = (
    ("X-Forwarded-For", "127.0.0.1"),
    ("X-Forwarded-Proto", "http"),
    ("X-Forwarded-Host", "127.0.0.1"),
    ("X-Forwarded-Port", None),
    ("X-Forwarded-Path", None),
    ("X-Real-IP", "127.0.0.1"),
    ("X-Kong-Request-Id", None),
)
"""What Gatepost tells every upstream, and so does the baseline. See X-Forwarded-Prefix there."""

Offer = Callable[[], list[Case]]
