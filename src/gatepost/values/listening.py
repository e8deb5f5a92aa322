"""What to tell about an address on which nobody can listen."""

import errno

from gatepost.values.address import Address
from gatepost.values.fault import By, Fault


def cannot_listen(what: str, address: Address, error: OSError) -> Fault:
    """Return the Fault (operator) ``listen.taken``. what: the option, without its dashes."""
    used = error.errno == errno.EADDRINUSE
    reason = "it is in use" if used else error.strerror or str(error)
    remedy = "Stop what has it, or give" if used else "Give"
    return Fault(
        "listen.taken",
        f"{what} cannot listen on {address}: {reason}. {remedy} another address with --{what}.",
        by=By.OPERATOR,
    )
