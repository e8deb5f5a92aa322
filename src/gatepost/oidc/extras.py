"""What the configuration adds to a call, and that it never replaces what the protocol says."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final, final

from gatepost.oidc.client_auth import Pairs
from gatepost.values import By, Fault


@final
@dataclass(frozen=True, slots=True)
class Extra:
    """What the configuration adds to a call: form arguments and header fields, in order.

    Values may come from the client's request, so they never replace what the protocol says.
    """

    args: Pairs = field(default=(), repr=False)
    headers: Pairs = field(default=(), repr=False)


NOTHING: Final = Extra()


def check_arguments(args: Pairs, ours: Collection[str]) -> None:
    """Check that extra arguments stand beside ours; ours: the names that the protocol sets.

    Raises Fault(by=OPERATOR), code ``config.reserved_argument``.
    """
    for name, _ in args:
        if name in ours:
            raise Fault(
                "config.reserved_argument",
                f"The extra argument {ascii(name)[:80]} is set by the protocol itself; "
                "leave it out.",
                by=By.OPERATOR,
            )


def check_headers(headers: Pairs, ours: Collection[str]) -> None:
    """Check that extra header fields stand beside ours; ours: their names in lower case.

    Raises Fault(by=OPERATOR), code ``config.reserved_header``, when one would double what the
    protocol sets; Fault(by=CLIENT), ``request.bad_header``, for control characters, which could
    begin another header.
    """
    for name, value in headers:
        if name.lower() in ours:
            raise Fault(
                "config.reserved_header",
                f"The extra header {ascii(name)[:80]} is set by the protocol itself; leave it out.",
                by=By.OPERATOR,
            )
        if any((char < " " and char != "\t") or char == "\x7f" for char in name + value):
            raise Fault(
                "request.bad_header",
                "A header that is copied to the identity provider holds control characters.",
                by=By.CLIENT,
            )
