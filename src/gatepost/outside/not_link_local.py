"""Names that are looked up, and addresses that are never called: those of the machine's own link.

What answers there (169.254.169.254 and its like) is for the machine itself, and gives it
credentials. Where somebody else says whom to call, it must not be that, under whatever name.
"""

import ipaddress
import socket

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver


class NotLinkLocal(AbstractResolver):
    """A resolver that does not find link-local addresses."""

    def __init__(self) -> None:
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return where a name leads. Raises OSError when that is nowhere else."""
        found = await self._inner.resolve(host, port, family)
        kept = [one for one in found if not link_local(one["host"])]
        if not kept:
            raise OSError(None, "it leads to the machine's own link alone")
        return kept

    async def close(self) -> None:
        """Nothing is held."""


def link_local(host: str) -> bool:
    """Say whether this is an address of the machine's own link; a name never is."""
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return found.is_link_local
