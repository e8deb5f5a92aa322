"""Calls that the Admin API makes for somebody: a few at once, each with an end, in plain answers.

Nodes do not rest on any of this. It is for people who try things out, so that it must not keep
the Admin API from its own work, and must not tell one what it is asked to forget.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import final

from gatepost.admin.problem import Refused, plain
from gatepost.oidc import GrantRefused
from gatepost.plugin.sealing import Seal, derive
from gatepost.values import By, Fault
from gatepost.values.call import Fetch

AT_ONCE = 4
"""Of these calls, how many run at the same time for one plane."""
LONGEST = 30.0
"""Seconds for each."""
_WAIT = 10.0
_AGAIN = "5"


@dataclass(frozen=True, slots=True)
class TryingSettings:
    """What the settings say of trying things out.

    gateways: URLs of gateways beside those that nodes tell of, such as a load balancer's.
    variables: of this process's environment, those that stand for a node's where a configuration
    refers to them.
    """

    gateways: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)


@final
class Abroad:
    """fetch: makes calls to providers. key: what is handed to a browser for a while is sealed."""

    def __init__(self, fetch: Fetch, key: bytes, settings: TryingSettings | None = None) -> None:
        self.fetch = fetch
        self.settings = settings or TryingSettings()
        self.flows = Seal([derive(key, "login that is tried")])
        self._turns: dict[str, asyncio.Semaphore] = {}

    @contextlib.asynccontextmanager
    async def turn(self, plane: str, seconds: float = LONGEST) -> AsyncIterator[None]:
        """Wait for one of the plane's turns and take it, so many seconds at most.

        Raises Refused: 503 when there is none, 504 when it takes too long, 502 for what a provider
        did wrong and 400 for what the caller did. Faults of ours pass.
        """
        turns = self._turns.setdefault(plane, asyncio.Semaphore(AT_ONCE))
        try:
            await asyncio.wait_for(turns.acquire(), _WAIT)
        except TimeoutError:
            busy = "Too much is being tried at once; try again"
            raise plain(503, busy, {"Retry-After": _AGAIN}) from None
        try:
            async with asyncio.timeout(seconds):
                yield
        except TimeoutError:
            raise plain(504, f"There was no answer within {seconds:.0f} s") from None
        except Fault as fault:
            raise refused(fault) from None
        finally:
            turns.release()


def refused(fault: Fault) -> Exception:
    """Return how a fault is answered; one of ours as it is."""
    said = f"{fault.message} ({fault.cause})" if fault.cause else fault.message
    error = {"error": fault.error} if isinstance(fault, GrantRefused) else {}
    match fault.by:
        case By.PROVIDER | By.UPSTREAM:
            return Refused(502, {"message": said, "reason": fault.code})
        case By.OPERATOR | By.CLIENT:
            return Refused(400, {"message": said, "reason": fault.code, **error})
    return fault
