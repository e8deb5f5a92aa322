"""Host names of upstreams turned into addresses, in threads, IPv4 first."""

import asyncio
import contextlib
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable

Look = Callable[[str], Awaitable[tuple[str, ...]]]


def is_address(host: str) -> bool:
    """Return whether the text is an IP address and needs no resolving."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


async def look_up(host: str, *, deadline: float = 4.0) -> tuple[str, ...]:
    """Return the addresses of a host, IPv4 first, each once; empty when there are none."""
    loop = asyncio.get_running_loop()
    try:
        found = await asyncio.wait_for(
            loop.getaddrinfo(host, None, type=socket.SOCK_STREAM), deadline
        )
    except (OSError, TimeoutError, UnicodeError):
        return ()
    ordered = sorted(found, key=lambda entry: entry[0] != socket.AF_INET)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in ordered))


class Names:
    """What the names mean now. A name that stops resolving keeps its last addresses."""

    def __init__(self, look: Look = look_up) -> None:
        self._look = look
        self._wanted: tuple[str, ...] = ()
        self.known: dict[str, tuple[str, ...]] = {}

    def want(self, hosts: Iterable[str]) -> None:
        """Say which names matter from now on; addresses among them are left out."""
        self._wanted = tuple(sorted({host for host in hosts if host and not is_address(host)}))
        self.known = {host: self.known[host] for host in self._wanted if host in self.known}

    @property
    def unresolved(self) -> tuple[str, ...]:
        """The wanted names without any address."""
        return tuple(host for host in self._wanted if not self.known.get(host))

    async def refresh(self) -> bool:
        """Look all names up again; return whether anything changed."""
        found = await asyncio.gather(*(self._look(host) for host in self._wanted))
        changed = False
        for host, addresses in zip(self._wanted, found, strict=True):
            if addresses and set(addresses) != set(self.known.get(host, ())):
                self.known[host] = addresses
                changed = True
        return changed

    def table(self) -> dict[str, list[str]]:
        """Return the names as the engine takes them."""
        return {host: list(addresses) for host, addresses in sorted(self.known.items())}


async def follow(names: Names, push: Callable[[], Awaitable[None]], *, every: float = 5.0) -> None:
    """Look up again and again, and push when something changed."""
    pending = False
    while True:
        await asyncio.sleep(every)
        pending = await names.refresh() or pending
        if pending:
            with contextlib.suppress(Exception):  # nginx may be restarting; the next round retries
                await push()
                pending = False
