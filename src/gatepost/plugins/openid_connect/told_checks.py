"""What was found when a configuration was checked, one finding after another, with its time."""

import time
from dataclasses import dataclass

from gatepost.values import Fault


@dataclass(frozen=True, slots=True)
class Check:
    """One finding. ok: None where there is nothing to judge. do: what to do then; may be empty."""

    what: str
    ok: bool | None
    says: str
    do: str
    seconds: float

    def shown(self) -> dict[str, object]:
        """Return it as JSON."""
        return {
            "what": self.what,
            "ok": self.ok,
            "says": self.says,
            "do": self.do,
            "seconds": self.seconds,
        }


class Checks:
    """Makes findings; each takes what went by since the one before."""

    def __init__(self) -> None:
        self._since = time.monotonic()

    def good(self, what: str, says: str) -> Check:
        """Find that all is well."""
        return self._made(what, True, says, "")

    def bad(self, what: str, says: str, do: str) -> Check:
        """Find that something is wrong."""
        return self._made(what, False, says, do)

    def skipped(self, what: str, says: str, do: str = "") -> Check:
        """Find that there is nothing to judge, but something to know."""
        return self._made(what, None, says, do)

    def _made(self, what: str, ok: bool | None, says: str, do: str) -> Check:
        now = time.monotonic()
        took, self._since = now - self._since, now
        return Check(what, ok, says, do, round(took, 4))


def failed(fault: Fault) -> str:
    """Return what a fault says, with its cause."""
    return f"{fault.message} ({fault.cause})" if fault.cause else fault.message
