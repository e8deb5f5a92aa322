"""Where the control plane is: one address, or several that are tried in turn."""

from collections.abc import Iterator, Sequence

from gatepost.values import Address


class Places:
    """Addresses of cluster listeners that serve the same planes; one at least.

    current: the one that is in use, or tried next.
    """

    def __init__(self, addresses: Sequence[Address]) -> None:
        self._addresses = tuple(addresses)
        self.current = self._addresses[0]

    @classmethod
    def read(cls, text: str) -> "Places":
        """Read what ``str`` wrote. Raises Fault ``listen.malformed`` (operator)."""
        return cls(Address.parse_all(text, default_port=8005))

    def turn(self) -> None:
        """Go on to the next one, after the last to the first."""
        self.current = self._in_turn()[1 % len(self)]

    def __iter__(self) -> Iterator[Address]:
        """Yield all of them, the current one first."""
        return iter(self._in_turn())

    def __len__(self) -> int:
        return len(self._addresses)

    def __str__(self) -> str:
        return ",".join(map(str, self._addresses))

    def _in_turn(self) -> tuple[Address, ...]:
        place = self._addresses.index(self.current)
        return self._addresses[place:] + self._addresses[:place]
