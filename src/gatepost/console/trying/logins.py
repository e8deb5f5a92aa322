"""Logins that were begun on a page and come back to another one, in the same browser.

The page that began it waits; the provider sends the browser to ``/try/callback`` with a code. What
comes there is taken only for a login that was begun here, by the same person, once, in time: an
address that somebody else made (a code of theirs, to be taken for yours) has a state that is not
known here. The code's other half, the verifier, never leaves the Admin API but sealed.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, final

from gatepost.console.view import Me

SECONDS = 600.0
_MOST = 1000

Taken = Callable[[Mapping[str, str]], Awaitable[str | None]]
"""Completes a login with what came back; returns what went wrong, None for nothing."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    who: Me
    until: float
    take: Taken = field(repr=False)


@final
class Logins:
    """Those that are under way in this process. now: wall seconds."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._waiting: dict[str, _Waiting] = {}

    def begin(self, state: str, who: Me, take: Taken) -> None:
        """Wait for a login to come back; ``take`` is called then."""
        now = self._now()
        for old in [name for name, one in self._waiting.items() if one.until < now]:
            del self._waiting[old]
        while len(self._waiting) >= _MOST:
            del self._waiting[next(iter(self._waiting))]
        self._waiting[state] = _Waiting(who, now + SECONDS, take)

    async def back(self, parameters: Mapping[str, Any], who: Me) -> str | None:
        """Complete what came back; return what went wrong, None for nothing."""
        waiting = self._waiting.get(str(parameters.get("state") or ""))
        if waiting is None or waiting.until < self._now():
            return (
                "No page here waits for this login: it was used already, took longer than ten "
                "minutes, or was begun elsewhere. Begin again under Try it."
            )
        if (waiting.who.name, waiting.who.how) != (who.name, who.how):
            return "Somebody else began this login. Begin your own under Try it."
        del self._waiting[str(parameters["state"])]
        return await waiting.take({name: str(value) for name, value in parameters.items()})


LOGINS = Logins()
"""Those of this process."""
