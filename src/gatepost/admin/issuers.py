"""What providers say of themselves, asked from here and remembered a while.

Nodes ask for themselves and do not rest on this: it is for people who want to see whether a
provider that plugins name can be reached, what it offers and which keys it has. The provider of
logins to the Admin API is asked in the same way.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gatepost.model import derived_id
from gatepost.oidc import KeySet, Provider, discovery, jwks
from gatepost.values import Fault, Transport
from gatepost.values.call import Fetch

FRESH = 300.0
"""Seconds for which an answer is remembered; a failure for a tenth of that."""

_TRANSPORT = Transport(timeout=5.0)
_MOST = 200
_REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class Told:
    """One issuer. configuration: its document, None with the problem that kept it away."""

    issuer: str
    at: float
    configuration: dict[str, Any] | None = None
    keys: tuple[dict[str, Any], ...] = ()
    problem: str | None = None

    @property
    def id(self) -> str:
        """An id that is always the same for an issuer."""
        return issuer_id(self.issuer)

    def shown(self) -> dict[str, Any]:
        """Return Kong's picture of it, with ``problem`` beside."""
        return {
            "id": self.id,
            "issuer": self.issuer,
            "created_at": int(self.at),
            "configuration": self.configuration,
            "keys": list(self.keys),
            "problem": self.problem,
        }


class Issuers:
    """fetch: makes the calls; they are made from the control plane's machine."""

    def __init__(self, fetch: Fetch, now: Callable[[], float] = time.time) -> None:
        self._fetch = fetch
        self._now = now
        self._known: dict[str, Told] = {}

    async def told(self, issuers: frozenset[str]) -> list[Told]:
        """Return what these say of themselves, in order of their names; the first 200 of them."""
        return list(await asyncio.gather(*(self._one(one) for one in sorted(issuers)[:_MOST])))

    def known(self, issuers: frozenset[str]) -> list[Told]:
        """Return what is known of these already; nobody is asked."""
        return [self._known[one] for one in sorted(issuers) if one in self._known]

    def forget(self, issuer: str | None = None) -> None:
        """Ask again the next time: one, or all."""
        if issuer is None:
            self._known.clear()
        else:
            self._known.pop(issuer, None)

    async def _one(self, issuer: str) -> Told:
        known = self._known.get(issuer)
        if known is not None:
            age = self._now() - known.at
            if age < (FRESH if known.problem is None else FRESH / 10):
                return known
        found = await self._ask(issuer)
        self._known[issuer] = found
        while len(self._known) > _REMEMBERED:
            self._known.pop(next(iter(self._known)))
        return found

    async def _ask(self, issuer: str) -> Told:
        at = self._now()
        try:
            provider, keys = await asked(self._fetch, issuer)
        except Fault as fault:
            why = f"{fault.message} ({fault.cause})" if fault.cause else fault.message
            return Told(issuer, at, problem=why)
        return Told(issuer, at, dict(provider.document), tuple(dict(key.jwk) for key in keys.keys))


async def asked(fetch: Fetch, issuer: str) -> tuple[Provider, KeySet]:
    """Return what an issuer says of itself now, and its keys. Raises Fault."""
    call = discovery.request(issuer, transport=_TRANSPORT)
    provider = discovery.read(await fetch(call), issuer)
    call = jwks.request(provider.require("jwks_uri"), transport=_TRANSPORT)
    return provider, jwks.read(await fetch(call), provider.issuer)


def issuer_id(issuer: str) -> str:
    """Return the id under which an issuer is known."""
    return derived_id("oidc_issuers", issuer)
